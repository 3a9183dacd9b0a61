"""What a submission may use while it is graded."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """Seconds, bytes and numbers. Those on memory, disk and total time are kept by a watchdog, the rest by the kernel.

    `address_space` is per process and generous, because Go programs (kubectl) reserve far more than they use.
    """

    cell_seconds: int = 120
    total_seconds: int = 900
    startup_seconds: int = 60
    output_bytes: int = 200_000
    notebook_output_bytes: int = 5_000_000
    memory: int = 2048 * MIB
    address_space: int = 6144 * MIB
    disk: int = 256 * MIB
    file_size: int = 128 * MIB
    processes: int = 256
    open_files: int = 1024
    cpu_seconds: int = 600


DEFAULT = Limits()
