"""Judging the capstone by what its Pods recorded: when they ran, what they held, and how they were declared."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from math import floor
from typing import Any

from autograder import Mismatch, say

Pod = Mapping[str, Any]

PARTS = ("inference", "collector", "sweep", "solver", "training")
GROUPS = ("climate", "genomics")
SLICES = 14  # of the site (pool.yaml)
HELD_S = 3.0  # a simulation holds its slice for 2 s, and for up to 1 s while it starts
TOLERANCE = 0.07  # of a share: one of the fourteen slices is as much
TOGETHER_S = 4.0  # the neighbour stays for 8 s and more
BOTH_S = 2.0  # both groups must have wanted the site for that long
UNITS = {"m": 0.001, "Ki": 2.0**10, "Mi": 2.0**20, "Gi": 2.0**30, "k": 1e3, "M": 1e6, "G": 1e9}
LIGHT = {"cpu": "250m", "memory": "128Mi"}


# --- the sweep


def deadline(ctx: Any) -> None:
    """From the first simulation's creation to the last one's end, at most the deadline.

    A machine that does not keep up stretches it by as much as it stretched the simulations themselves: the design is
    judged, not the machine.
    """
    pods = sweep(ctx)
    begun = min(moment(pod["metadata"]["creationTimestamp"]) for pod in pods)
    took = (max(finish(pod) for pod in pods) - begun).total_seconds()
    held = sum((finish(pod) - placed(pod)).total_seconds() for pod in pods) / len(pods)
    stretch = max(1.0, held / HELD_S)
    allowed = ctx.values["deadline"] * stretch
    if took > allowed:
        slow = "" if stretch == 1 else f" ({ctx.values['deadline']} s x {stretch:.2f})"
        raise Mismatch(
            say(ctx, pt="desde a criação da primeira", en="since the first one was created"),
            path="part=sweep",
            expected=f"<= {allowed:.0f} s{slow}",
            found=f"{took:.0f} s",
        )


def fair(ctx: Any) -> None:
    """While both groups had slices, and still had work for their share, they held slices as their weights say.

    Neither the first round is compared, which goes to whoever is there first, nor what comes after a group has too
    little left for its share: it may leave slices to the other.
    """
    runs = sweep(ctx)
    groups = {name: [pod for pod in runs if pod["metadata"]["labels"].get("group") == name] for name in GROUPS}
    if not all(groups.values()):
        raise Mismatch(path="part=sweep", expected=list(GROUPS), found=[name for name in GROUPS if groups[name]])
    right = shares(ctx)
    begin = max(first_round(runs), *(min(map(placed, pods)) for pods in groups.values()))
    end = min(wanting_until(pods, right[name] * SLICES) for name, pods in groups.items())
    if (end - begin).total_seconds() < BOTH_S:
        first, second = sorted(GROUPS, key=lambda name: min(map(placed, groups[name])))
        wait = (min(map(placed, groups[second])) - min(map(placed, groups[first]))).total_seconds()
        raise Mismatch(
            say(
                ctx,
                pt=f"{second} só começou {wait:.0f} s depois de {first}, que já não tinha trabalho para a sua parte",
                en=f"{second} began only {wait:.0f} s after {first}, which by then had no work for its share",
            ),
            path="part=sweep",
            expected=wanted(ctx),
            found="0 s",
        )
    held = {name: sum(overlap(pod, begin, end) for pod in pods) for name, pods in groups.items()}
    share = held["climate"] / sum(held.values())
    if abs(share - right["climate"]) > TOLERANCE:
        raise Mismatch(
            say(
                ctx,
                pt=f"nos {(end - begin).total_seconds():.0f} s em que os dois grupos tinham trabalho para a sua parte",
                en=f"in the {(end - begin).total_seconds():.0f} s in which both groups had work for their share",
            ),
            path="part=sweep",
            expected=wanted(ctx),
            found=f"climate {share:.0%}, genomics {1 - share:.0%}",
        )


def shares(ctx: Any) -> dict[str, float]:
    """The part of the slices that each group's weight gives it."""
    climate = ctx.values["weight"] / (ctx.values["weight"] + 1)
    return {"climate": climate, "genomics": 1 - climate}


def wanted(ctx: Any) -> str:
    """The shares that the weights give, as text."""
    return ", ".join(f"{name} {share:.0%}" for name, share in shares(ctx).items()) + f" (± {TOLERANCE:.0%})"


def sweep(ctx: Any) -> list[Pod]:
    """The simulations that have ended well; Mismatch where there is none."""
    found = [pod for pod in part(ctx, "sweep") if pod.get("status", {}).get("phase") == "Succeeded"]
    if not found:
        raise Mismatch(path="part=sweep", expected="Succeeded", found=0)
    return found


def first_round(pods: list[Pod]) -> datetime:
    """When the Pods that were the first to take the slices had all given them back."""
    return max(map(finish, sorted(pods, key=placed)[:SLICES]))


def wanting_until(pods: list[Pod], share: float) -> datetime:
    """Until when a group had somebody waiting, and no fewer Pods that had not ended than its share has slices."""
    ends = sorted(map(finish, pods))
    return min(max(map(placed, pods)), ends[max(0, floor(len(pods) - share))])


def overlap(pod: Pod, begin: datetime, end: datetime) -> float:
    """Seconds within the window in which the Pod held its slice."""
    return max(0.0, (min(finish(pod), end) - max(placed(pod), begin)).total_seconds())


# --- the solver


def whole(ctx: Any) -> None:
    """No rank was given a node before there was room for all: together, or none before the neighbour began to leave."""
    ranks = there(part(ctx, "solver"), "solver")
    if any(not pod["spec"].get("nodeName") for pod in ranks) or len(ranks) < ctx.values["ranks"]:
        raise Mismatch(path="part=solver", expected=ctx.values["ranks"], found=len(ranks))
    times = sorted(map(placed, ranks))
    free = [finish(pod) for pod in part(ctx, "neighbour") if ended(pod)]
    together = (times[-1] - times[0]).total_seconds() <= TOGETHER_S
    if not together and not (free and times[0] >= min(free)):
        waited = (times[-1] - times[0]).total_seconds()
        raise Mismatch(
            say(
                ctx,
                pt="do primeiro rank que recebeu um nó ao último",
                en="from the first rank that got a node to the last",
            ),
            path="part=solver",
            expected=f"<= {TOGETHER_S:.0f} s",
            found=f"{waited:.0f} s",
        )


# --- the collector


def light(ctx: Any) -> None:
    """Every collector leaves room on a small node."""
    for pod in there(part(ctx, "collector"), "collector"):
        for container in pod["spec"]["containers"]:
            stated = container.get("resources", {}).get("limits", {})
            for name, most in LIGHT.items():
                if name not in stated or quantity(stated[name]) > quantity(most):
                    raise Mismatch(path=f"{where(pod)}: limits.{name}", expected=f"<= {most}", found=stated.get(name))


# --- limits, of every part


def quota(ctx: Any) -> None:
    """The quota of the brief is an object, and what Pods held at once never went beyond it."""
    hard = {"requests.cpu": ctx.values["cpu_quota"], "requests.nvidia.com/gpu": ctx.values["gpu_quota"]}
    found = [item["spec"] for item in ctx.list("v1", "ResourceQuota")]
    right = [s for s in found if all(quantity((s.get("hard") or {}).get(name, -1)) == hard[name] for name in hard)]
    if not any("scopes" not in s and "scopeSelector" not in s for s in right):
        raise Mismatch(path="ResourceQuota: spec.hard", expected=hard, found=[s.get("hard") for s in found])
    pods = [pod for name in PARTS for pod in part(ctx, name)]
    there(part(ctx, "sweep"), "sweep")
    for name, most in hard.items():
        used = peak(pods, name.removeprefix("requests."))
        if used > most:
            raise Mismatch(path=name, expected=f"<= {most}", found=used)


def peak(pods: list[Pod], resource: str) -> float:
    """The most of a resource that was requested at once, by Pods from their creation to their end."""
    changes: list[tuple[datetime, float]] = []
    for pod in pods:
        amount = sum(asked(container, resource) for container in pod["spec"]["containers"])
        changes.append((moment(pod["metadata"]["creationTimestamp"]), amount))
        if ended(pod):
            changes.append((finish(pod), -amount))
    most = now = 0.0
    for _when, change in sorted(changes, key=lambda item: (item[0], item[1])):
        now += change
        most = max(most, now)
    return most


def declared(ctx: Any) -> None:
    """Every container states what it requests and at what it is limited, for CPU and memory."""

    def wrong(_pod: Pod, container: Pod) -> str | None:
        stated = container.get("resources", {})
        lacking = [
            f"resources.{kind}.{name}"
            for kind in ("requests", "limits")
            for name in ("cpu", "memory")
            if name not in stated.get(kind, {})
        ]
        return ", ".join(lacking) if lacking else None

    everywhere(ctx, wrong, "resources.requests, resources.limits: cpu, memory")


def pinned(ctx: Any) -> None:
    """Every image is one of the four that the registry publishes, by its digest."""
    known = {ctx.values[name] for name in ("md", "trainer", "web", "collector")}

    def wrong(_pod: Pod, container: Pod) -> str | None:
        image: str = container["image"]
        return None if image in known else f"image: {image}"

    everywhere(ctx, wrong, "image: registry.example.org/lab/...@sha256:...")


def restricted(ctx: Any) -> None:
    """Every Pod would be admitted under the Pod Security level `restricted`."""

    def wrong(pod: Pod, container: Pod) -> str | None:
        whole, own = pod["spec"].get("securityContext") or {}, container.get("securityContext") or {}
        both = {**whole, **own}
        tests = {
            "allowPrivilegeEscalation: false": own.get("allowPrivilegeEscalation") is False,
            "privileged: false": not own.get("privileged"),
            "capabilities.drop: [ALL]": "ALL" in (own.get("capabilities") or {}).get("drop", []),
            "runAsNonRoot: true": both.get("runAsNonRoot") is True and both.get("runAsUser") != 0,
            "seccompProfile.type": (both.get("seccompProfile") or {}).get("type") in ("RuntimeDefault", "Localhost"),
            "no host namespaces": not any(pod["spec"].get(f"host{name}") for name in ("Network", "PID", "IPC")),
            "no hostPath": not any("hostPath" in volume for volume in pod["spec"].get("volumes", [])),
        }
        lacking = [name for name, holds in tests.items() if not holds]
        return ", ".join(lacking) if lacking else None

    everywhere(ctx, wrong, "Pod Security: restricted")


def everywhere(ctx: Any, wrong: Callable[[Pod, Pod], str | None], expected: str) -> None:
    """A fifth of the points for each part whose Pods are all right; the first that is not is named."""
    problems, good = [], 0
    for name in PARTS:
        pods = part(ctx, name)
        found = [(pod, container, wrong(pod, container)) for pod in pods for container in containers(pod)]
        bad = [(pod, container, why) for pod, container, why in found if why]
        good += bool(pods) and not bad
        if not pods:
            problems.append((f"part={name}", say(ctx, pt="nenhum Pod", en="no Pod")))
        elif bad:
            pod, container, why = bad[0]
            problems.append((f"{where(pod)}: {container['name']}", str(why)))
    if problems:
        raise Mismatch(
            say(
                ctx,
                pt=f"certo em {good} das {len(PARTS)} partes",
                en=f"{good} of the {len(PARTS)} parts are right",
            ),
            path=problems[0][0],
            expected=expected,
            found=problems[0][1],
            fraction=good / len(PARTS),
        )


# --- reading Pods


def part(ctx: Any, name: str) -> list[Pod]:
    """The Pods of one part that are not on their way out."""
    return [
        pod
        for pod in ctx.list("v1", "Pod")
        if pod["metadata"].get("labels", {}).get("part") == name and not pod["metadata"].get("deletionTimestamp")
    ]


def there(pods: list[Pod], name: str) -> list[Pod]:
    """The Pods; Mismatch where there is none."""
    if not pods:
        raise Mismatch(path=f"part={name}", expected="Pods", found=0)
    return pods


def containers(pod: Pod) -> Iterable[Pod]:
    """All containers, those that prepare included."""
    return [*pod["spec"].get("initContainers", []), *pod["spec"]["containers"]]


def where(pod: Pod) -> str:
    """A Pod, for the reader."""
    return f"Pod {pod['metadata']['name']}"


def ended(pod: Pod) -> Mapping[str, Any]:
    """How its first container ended; empty if it has not."""
    states = pod.get("status", {}).get("containerStatuses") or [{}]
    found: Mapping[str, Any] = states[0].get("state", {}).get("terminated") or {}
    return found


def placed(pod: Pod) -> datetime:
    """When it was given its node: from then on it holds what it requests."""
    return next(moment(c["lastTransitionTime"]) for c in pod["status"]["conditions"] if c["type"] == "PodScheduled")


def finish(pod: Pod) -> datetime:
    """When its container ended."""
    return moment(ended(pod)["finishedAt"])


def moment(text: str) -> datetime:
    """A time of Kubernetes."""
    return datetime.fromisoformat(text)


def asked(container: Pod, resource: str) -> float:
    """What a container requests of a resource; a limit alone counts as a request."""
    stated = container.get("resources", {})
    return quantity(stated.get("requests", {}).get(resource, stated.get("limits", {}).get(resource, 0)))


def quantity(text: Any) -> float:
    """A Kubernetes quantity as a number."""
    whole = str(text)
    for unit, factor in UNITS.items():
        if whole.endswith(unit):
            return float(whole.removesuffix(unit)) * factor
    return float(whole)
