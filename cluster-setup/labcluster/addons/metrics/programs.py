"""The arguments of the add-on's two programs, wherever they run."""

from __future__ import annotations

SERVER, USAGE = "metrics-server", "simulated-usage"
RESOLUTION = "2s"  # how often usage is read; a real kubelet has new figures each 10 to 15 s


def server(port: int, usage_port: int, **files: str) -> list[str]:
    """metrics-server's: `files` are its certificate, its key and what else differs, by option.

    A simulated node has no port of its own in its status: there, `kubelet-port` is asked; real nodes name theirs.
    """
    given = {
        "secure-port": str(port),
        "metric-resolution": RESOLUTION,
        "kubelet-request-timeout": RESOLUTION,
        "kubelet-port": str(usage_port),
        "kubelet-preferred-address-types": "InternalIP",
        **{name.replace("_", "-"): value for name, value in files.items()},
    }
    return ["--kubelet-use-node-status-port", *(f"--{name}={value}" for name, value in given.items())]


def usage(port: int, **files: str) -> list[str]:
    """The simulation's."""
    return [f"--port={port}", *(f"--{name.replace('_', '-')}={value}" for name, value in files.items())]
