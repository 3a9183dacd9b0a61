"""What can go wrong in the quiz, said to its reader.

QuizError: anything the reader should see as one sentence; BankError: the bank is not as it must be.
"""


class QuizError(Exception):
    """A message for the reader: what happened, where, what to do next."""


class BankError(QuizError):
    """The bank cannot be used: `file:line: field: reason`, one line for each fault."""
