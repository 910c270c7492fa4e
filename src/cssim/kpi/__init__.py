"""Key figures: what an event log says about promises, people, lines and parts.

One pure function per figure, defined in its docstring with its denominator. `summary` brings
them together as plain rows without pandas, so that workers stay light; `table` and `frames`
give the same to analysts as data frames. Nothing here knows how a log came about.
"""
