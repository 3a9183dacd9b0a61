"""Were the parts at work that should have made the cluster what it is? A verdict about a dead scheduler is none.

A lab's add-ons (its cluster.yaml names them) may run programs beside the cluster. Who keeps them running answers in an
object of the cluster: ConfigMap `addon-<name>` in namespace `labcluster`. We write a word into `asked`; it comes back
in `answered`, with `programs` (`name=running` or `name=ended`) and `restarts`. No answer: nobody keeps them running.

An add-on without such an object (a cluster that others keep), or one that this credential may not ask, is believed.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from autograder.cluster.client import Cluster, Object
from autograder.errors import ClusterError
from autograder.i18n import _
from autograder.judge.wait import POLL_S, pause

NAMESPACE = "labcluster"
ANSWER_S = 5.0
"""Whoever keeps programs running answers within milliseconds; on a crowded machine a little later."""
MEND_S = 15.0
"""So long a part that is down may take to be started again, before nothing can be said of the cluster."""


@dataclass(frozen=True)
class Health:
    """One add-on: what is wrong with it ("" if nothing is), and how often something of it was started again."""

    trouble: str
    restarts: str


class Parts:
    """The add-ons that a lab needs, on one cluster. Made before anything is judged."""

    def __init__(self, cluster: Cluster, addons: Sequence[str]) -> None:
        self._cluster = cluster
        self._addons = addons
        self._known = self._look()

    def troubles(self) -> list[str]:
        """What makes a verdict worthless that was reached since the last call; nothing, if all ran all the time."""
        before, self._known = self._known, self._look()
        found = []
        for addon, health in self._known.items():
            if health.trouble:
                found.append(health.trouble)
            elif addon in before and health.restarts != before[addon].restarts:
                found.append(_("a program of {addon} was started again meanwhile").format(addon=addon))
        return found

    def mended(self) -> bool:
        """Wait, for MEND_S at most, until all runs; whether it does."""
        deadline = time.monotonic() + MEND_S
        while any(health.trouble for health in self._known.values()):
            if time.monotonic() >= deadline:
                return False
            pause(POLL_S)
            self._known = self._look()
        return True

    def _look(self) -> Mapping[str, Health]:
        """How each add-on is now, as its keeper says."""
        looks = ((addon, self._health(addon)) for addon in self._addons)
        return {addon: health for addon, health in looks if health is not None}

    def _health(self, addon: str) -> Health | None:
        word = secrets.token_hex(8)
        item = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": f"addon-{addon}", "namespace": NAMESPACE}}
        try:
            if self._cluster.get("v1", "ConfigMap", f"addon-{addon}", NAMESPACE) is None:
                return None
            self._cluster.patch(item, {"data": {"asked": word}})
            data = self._answer(addon, word)
        except ClusterError:  # one that does not answer at all is found out by the criteria themselves
            return None
        if data is None:
            return Health(_("nothing keeps the programs of {addon} running").format(addon=addon), "")
        ended = [said.partition("=")[0] for said in data["programs"].split(",") if not said.endswith("=running")]
        trouble = _("{programs} of {addon} does not run").format(programs=", ".join(ended), addon=addon)
        return Health(trouble if ended else "", data["restarts"])

    def _answer(self, addon: str, word: str) -> Object | None:
        deadline = time.monotonic() + ANSWER_S
        while time.monotonic() < deadline:
            found = self._cluster.get("v1", "ConfigMap", f"addon-{addon}", NAMESPACE) or {}
            data: Object = found.get("data") or {}
            if data.get("answered") == word:
                return data
            if data.get("asked") not in (word, None):  # somebody else asks at the same time: ask after them
                word = data["asked"]
            pause(POLL_S / 3)
        return None
