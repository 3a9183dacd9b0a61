"""The view as HTML: boxes that can be reached with the keyboard; phase by symbol and by word, never by colour alone."""

from __future__ import annotations

from datetime import datetime
from html import escape

from labkit.messages import _
from labkit.view.state import Node, Pod, State
from labkit.view.text import MANY, by_node, by_pool, phases, symbol

SHOWN = 20  # pods of one box that are drawn one by one; the others are counted
STYLE = """<style>
.lkv{gap:8px;font-size:13px}
.lkv :focus-visible,.lkv:focus-visible{outline:3px solid #1a66c4;outline-offset:2px}
.lkv section{border:2px solid #666;border-radius:6px;padding:6px 8px;min-width:190px;max-width:360px}
.lkv section.off{border-style:dashed}
.lkv h4{margin:0 0 4px;font-size:13px}
.lkv small{opacity:.75;display:block}
.lkv ul{list-style:none;margin:0;padding:0}
.lkv li{border:1px solid #888;border-radius:4px;padding:1px 5px;margin:2px 0;overflow-wrap:anywhere}
.lkv li.new{outline:2px solid currentColor}
.lkv .ok{background:#2e7d3222}.lkv .wait{background:#f9a82533}.lkv .bad{background:#c6282833}
</style>"""


def boxes(state: State, now: datetime) -> dict[str, str]:
    """Each box of the view by its key, in the order of drawing; every text that came from the cluster is escaped."""
    drawn: dict[str, str] = {}
    if len(state.nodes) > MANY:
        for pool, text in by_pool(state).items():
            drawn[f"pool {pool}"] = _section(pool, [], f"<p>{escape(text)}</p>")
    else:
        pods = by_node(state)
        for node in sorted(state.nodes.values(), key=lambda node: node.name):
            drawn[f"node {node.name}"] = _node(node, pods.get(node.name, []), now)
    if waiting := state.on(""):
        drawn["waiting"] = _section(_("Waiting for a node"), [], _pods(waiting, now), off=True)
    return drawn


def heading(state: State) -> str:
    """What the view shows, in one line."""
    text = _("Live cluster view, namespace {namespace}: {nodes} nodes, {pods} pods").format(
        namespace=state.namespace, nodes=len(state.nodes), pods=len(state.pods)
    )
    return f"<div><small>{escape(text)}</small></div>"


def alarm() -> str:
    """Said while the API server does not answer."""
    return f"<p role='alert'>{escape(_('The cluster does not answer; trying again…'))}</p>"


def _node(node: Node, pods: list[Pod], now: datetime) -> str:
    notes = [node.size]
    notes += [_("simulated")] if node.simulated else []
    notes += [_("tainted")] if node.tainted else []
    notes += [_("cordoned")] if node.cordoned else []
    notes += [] if node.ready else [_("not ready")]
    return _section(node.name, notes, _pods(pods, now), off=node.cordoned or not node.ready)


def _section(title: str, notes: list[str], inside: str, *, off: bool = False) -> str:
    name = escape(title, quote=True)
    small = f"<small>{escape(' · '.join(notes))}</small>" if notes else ""
    kind = "off" if off else "on"
    return f"<section class='{kind}' role='group' aria-label='{name}'><h4>{name}</h4>{small}{inside}</section>"


def _pods(pods: list[Pod], now: datetime) -> str:
    if not pods:
        return f"<small>{escape(_('no pods of this lab'))}</small>"
    rest = pods[SHOWN:]
    more = _("and {n} more: {phases}").format(n=len(rest), phases=phases(rest)) if rest else ""
    return f"<ul>{''.join(_pod(pod, now) for pod in pods[:SHOWN])}</ul><small>{escape(more)}</small>"


def _pod(pod: Pod, now: datetime) -> str:
    kind = "ok" if pod.ready or pod.phase == "Succeeded" else "bad" if pod.phase == "Failed" else "wait"
    new = pod.is_new(now)
    words = [pod.phase, *([_("not ready")] if pod.phase == "Running" and not pod.ready else [])]
    words += [_("new")] if new else []
    reason = f"<small>{escape(pod.reason)}</small>" if pod.reason else ""
    text = f"{symbol(pod)} {escape(pod.name)} · {escape(', '.join(words))}"
    return f"<li class='{kind}{' new' if new else ''}'>{text}{reason}</li>"
