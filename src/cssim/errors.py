"""What can go wrong for a user, one class per kind; every message says what to do.

A `CssimError` is bad input or an unusable place, never a bug: the command line prints it
and exits with 2, without a traceback.
"""


class CssimError(Exception):
    """Something the user can mend; the message says where and how."""


class ScenarioError(CssimError):
    """A scenario that cannot be used; the message holds all located problems, a line each."""


class FlowError(CssimError):
    """A flow file that cannot be read or is not sound."""


class AnswerError(CssimError):
    """A script of answers that does not fit the flow it is for."""


class ConformanceError(CssimError):
    """A comparison that could not be made (not: one that found a difference)."""


class ResultsError(CssimError):
    """A results folder that cannot be written, read or gone on with."""
