"""How much of the machine one student's node may use."""

from __future__ import annotations

import os

from labcluster.errors import ProviderError
from labcluster.providers.kind.config import Machine

# Measured: an idle cluster with the simulated pool takes about 0.9 GiB; the rest is the student's.
MEMORY_MIB = 3072
CPUS = 2.0
SHARE = 0.8  # of the machine's memory, where that is less


def limits(machine: Machine) -> tuple[int, float]:
    """Memory in MiB (with no swap beyond it) and processors: LABCLUSTER_NODE_MEMORY_MIB, LABCLUSTER_NODE_CPUS.

    Raises:
        ProviderError: a variable is not a positive number.
    """
    memory = _number("LABCLUSTER_NODE_MEMORY_MIB", min(MEMORY_MIB, machine.memory_mib * SHARE))
    cpus = _number("LABCLUSTER_NODE_CPUS", min(CPUS, machine.cpus))
    return int(memory), cpus


def _number(variable: str, default: float) -> float:
    text = os.environ.get(variable, str(default))
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if number <= 0:
        raise ProviderError(f"{variable} is {text!r}; it must be a number greater than 0.")
    return number
