"""The view as plain text, for front ends without widgets."""

from __future__ import annotations

from collections import Counter

from labkit.messages import _
from labkit.view.state import Node, Pod, State

SYMBOLS = {"Running": "●", "Pending": "○", "Succeeded": "✔", "Failed": "✘", "Terminating": "×"}
SHOWN = 12  # pods of one line that are named; the others are counted
MANY = 40  # more nodes (or racks) than this are counted by pool instead of drawn one by one


def symbol(pod: Pod) -> str:
    """A mark for the pod's phase; ◐ is running but not ready."""
    return "◐" if pod.phase == "Running" and not pod.ready else SYMBOLS.get(pod.phase, "?")


def as_text(state: State) -> str:
    """The cluster as lines: each node with its pods, then the pods that wait and why."""
    title = _("Namespace {namespace}: {nodes} nodes, {pods} pods").format(
        namespace=state.namespace, nodes=len(state.nodes), pods=len(state.pods)
    )
    lines = [title + (f" ({_('simulated')})" if any(n.simulated for n in state.nodes.values()) else "")]
    if len(state.nodes) > MANY:
        lines += [f"[{pool}] {text}" for pool, text in by_pool(state).items()]
    else:
        pods = by_node(state)
        for node in sorted(state.nodes.values(), key=lambda n: n.name):
            here = pods.get(node.name, [])
            lines.append(f"[{node.name}: {node.size}] {_row(here)}")
    waiting = state.on("")
    for pod in waiting[:SHOWN]:
        lines.append(f"{_('waiting')}: {symbol(pod)} {pod.name} {pod.phase}: {pod.reason or '-'}")
    if rest := waiting[SHOWN:]:
        lines.append(f"{_('waiting')}: {_('and {n} more: {phases}').format(n=len(rest), phases=phases(rest))}")
    return "\n".join(lines)


def _row(pods: list[Pod]) -> str:
    """The pods of a node in one line."""
    said = [f"{symbol(pod)} {pod.name} {pod.phase}" for pod in pods[:SHOWN]]
    if rest := pods[SHOWN:]:
        said.append(_("and {n} more: {phases}").format(n=len(rest), phases=phases(rest)))
    return "  ".join(said) or "-"


def phases(pods: list[Pod]) -> str:
    """How many pods are in which phase."""
    return ", ".join(f"{n} {phase}" for phase, n in sorted(Counter(pod.phase for pod in pods).items()))


def by_node(state: State) -> dict[str, list[Pod]]:
    """The pods of each node, by name, in one pass."""
    nodes: dict[str, list[Pod]] = {}
    for pod in sorted(state.pods.values(), key=lambda pod: pod.name):
        nodes.setdefault(pod.node, []).append(pod)
    return nodes


def by_pool(state: State) -> dict[str, str]:
    """The nodes and pods of each pool (of each of its racks, if they are not too many), counted."""
    racks = {(node.pool, node.rack) for node in state.nodes.values()}

    def place(node: Node) -> str:
        return f"{node.pool} · {node.rack}" if node.rack and len(racks) <= MANY else node.pool

    nodes = Counter(map(place, state.nodes.values()))
    simulated = {place(node) for node in state.nodes.values() if node.simulated}
    pods: Counter[str] = Counter()
    ready: Counter[str] = Counter()
    for pod in state.pods.values():
        if node := state.nodes.get(pod.node):
            pods[place(node)] += 1
            ready[place(node)] += pod.ready
    text = _("{nodes} nodes, {pods} pods, {ready} ready")
    return {
        pool: text.format(nodes=count, pods=pods[pool], ready=ready[pool])
        + (f" · {_('simulated')}" if pool in simulated else "")
        for pool, count in sorted(nodes.items())
    }
