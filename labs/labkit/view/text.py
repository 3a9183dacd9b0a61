"""The view as plain text, for front ends without widgets."""

from __future__ import annotations

from labkit.messages import _
from labkit.view.state import Pod, State

SYMBOLS = {"Running": "●", "Pending": "○", "Succeeded": "✔", "Failed": "✘", "Terminating": "×"}
MANY = 40  # more nodes than this are counted by pool instead of drawn one by one


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
        for node in sorted(state.nodes.values(), key=lambda n: n.name):
            pods = "  ".join(f"{symbol(p)} {p.name} {p.phase}" for p in state.on(node.name)) or "-"
            lines.append(f"[{node.name}: {node.size}] {pods}")
    for pod in state.on(""):
        lines.append(f"{_('waiting')}: {symbol(pod)} {pod.name} {pod.phase}: {pod.reason or '-'}")
    return "\n".join(lines)


def by_pool(state: State) -> dict[str, str]:
    """Each pool's nodes and pods, counted."""
    pools: dict[str, str] = {}
    for pool in sorted({node.pool for node in state.nodes.values()}):
        names = {node.name for node in state.nodes.values() if node.pool == pool}
        pods = [pod for pod in state.pods.values() if pod.node in names]
        running = sum(pod.ready for pod in pods)
        pools[pool] = _("{nodes} nodes, {pods} pods, {running} ready").format(
            nodes=len(names), pods=len(pods), running=running
        )
    return pools
