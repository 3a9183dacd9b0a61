"""What can go wrong while one measures.

BenchError
├── PlanError          the plan asks for what cannot be measured
├── UnavailableError   a contender cannot be had on this machine; the message says how to install it
├── TrialError         a contender failed or hung in the middle of a trial; it has been ended
└── DataError          a file of measurements is missing or damaged
"""


class BenchError(Exception):
    """Anything that labbench tells its user instead of a traceback."""


class PlanError(BenchError):
    """The plan asks for what cannot be measured."""


class UnavailableError(BenchError):
    """A contender cannot be had on this machine; the message says how to install it."""


class TrialError(BenchError):
    """A contender failed or hung in the middle of a trial. It has been ended."""


class DataError(BenchError):
    """A file of measurements is missing or damaged."""
