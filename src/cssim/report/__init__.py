"""What people look at: charts and tables of the figures of a study.

Everything is made from plain frames of figures; nothing here computes a figure or prints.
"""
