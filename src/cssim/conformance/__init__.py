"""Conformance: what the handbook says, what the graphs say, and what really happened.

The only folder that reads the reference, and the only one in which the two transcriptions
of the handbook meet. It simulates nothing and prints nothing.
"""
