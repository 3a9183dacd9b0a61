"""A quick second look on the student's own machine: a few starts, compared with what was handed in.

Only the Check button asks for it. A machine is never twice as fast as itself for long, but it may be busy: only a
difference of a whole factor counts.
"""

from __future__ import annotations

from labbench.errors import BenchError
from labbench.here import available
from labbench.integrity import Flaw
from labbench.machine import describe
from labbench.run import start_once
from labbench.samples import Measurements
from labbench.stats import spread

CONTENDERS = ("process", "container")  # a VM would take too long for a look
STARTS = 3
FACTOR, LEAST_S = 5.0, 0.1  # what differs by this factor, and by so many seconds, was not measured here


def spot_check(data: Measurements) -> Flaw | None:
    """What differs wildly from a few starts made now.

    None too where nothing can be compared: the data are of another machine, or no contender can be started now.
    """
    told, now = data.provenance.get("machine"), describe()
    if not isinstance(told, dict) or any(told.get(name) != now[name] for name in ("cpu", "kernel", "memory_mib")):
        return None
    for name, contender in available(CONTENDERS).contenders.items():
        stated = data.values("startup", name)
        try:
            found = spread([start_once(contender) for _start in range(STARTS)]).median
        except BenchError:
            continue  # this is no measurement of the student's
        if stated and _apart(spread(stated).median, found):
            return Flaw(f"{name} startup", f"{found:.3f} s (measured again)", f"{spread(stated).median:.3f} s")
    return None


def _apart(one: float, other: float) -> bool:
    return max(one, other) > FACTOR * min(one, other) and abs(one - other) > LEAST_S
