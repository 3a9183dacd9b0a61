"""The errors of labcluster. Each message is for the reader: what happened, where, what to do next.

LabclusterError
├── ToolError        a tool cannot be fetched or built
├── ProviderError    a cluster cannot be made, started, stopped or removed
│   └── ClusterNotFoundError
└── DataError        a data file (cluster.yaml, a node pool) is not as it should be
"""


class LabclusterError(Exception):
    """Anything that labcluster tells its user instead of a traceback."""


class ToolError(LabclusterError):
    """A tool cannot be fetched or built."""


class ProviderError(LabclusterError):
    """A cluster cannot be made, started, stopped or removed."""


class ClusterNotFoundError(ProviderError):
    """There is no cluster of that name."""


class DataError(LabclusterError):
    """A data file of the course or of this package is not as it should be."""
