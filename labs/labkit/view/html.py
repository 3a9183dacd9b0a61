"""The view as HTML: boxes that can be reached with the keyboard; phase by symbol and by word, never by colour alone."""

from __future__ import annotations

from datetime import datetime
from html import escape

from labkit.messages import _
from labkit.view.state import Node, Pod, State
from labkit.view.text import MANY, by_pool, symbol

SHOWN_WAITING = 20
STYLE = """<style>
.lkv{display:flex;flex-wrap:wrap;gap:8px;font-size:13px}
.lkv section{border:2px solid #666;border-radius:6px;padding:6px 8px;min-width:190px;max-width:360px}
.lkv section.off{border-style:dashed}
.lkv h4{margin:0 0 4px;font-size:13px}
.lkv small{opacity:.75;display:block}
.lkv ul{list-style:none;margin:0;padding:0}
.lkv li{border:1px solid #888;border-radius:4px;padding:1px 5px;margin:2px 0;overflow-wrap:anywhere}
.lkv li.new{outline:2px solid currentColor}
.lkv .ok{background:#2e7d3222}.lkv .wait{background:#f9a82533}.lkv .bad{background:#c6282833}
</style>"""


def as_html(state: State, now: datetime, *, lost: bool = False) -> str:
    """The whole view; every text that came from the cluster is escaped."""
    if len(state.nodes) > MANY:
        boxes = [_section(pool, [], f"<p>{escape(text)}</p>") for pool, text in by_pool(state).items()]
    else:
        ordered = sorted(state.nodes.values(), key=lambda node: node.name)
        boxes = [_node(node, state.on(node.name), now) for node in ordered]
    waiting = state.on("")
    if waiting:
        more = f"<p>+ {len(waiting) - SHOWN_WAITING}</p>" if len(waiting) > SHOWN_WAITING else ""
        boxes.append(_section(_("Waiting for a node"), [], _pods(waiting[:SHOWN_WAITING], now) + more, off=True))
    alarm = f"<p role='alert'>{escape(_('The cluster does not answer; trying again…'))}</p>" if lost else ""
    label = escape(_("Live cluster view, namespace {namespace}").format(namespace=state.namespace), quote=True)
    return f"{STYLE}{alarm}<div class='lkv' role='group' aria-label='{label}'>{''.join(boxes)}</div>"


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
    return f"<section class='{kind}' tabindex='0' aria-label='{name}'><h4>{name}</h4>{small}{inside}</section>"


def _pods(pods: list[Pod], now: datetime) -> str:
    if not pods:
        return f"<small>{escape(_('no pods of this lab'))}</small>"
    return f"<ul>{''.join(_pod(pod, now) for pod in pods)}</ul>"


def _pod(pod: Pod, now: datetime) -> str:
    kind = "ok" if pod.ready or pod.phase == "Succeeded" else "bad" if pod.phase == "Failed" else "wait"
    new = pod.is_new(now)
    words = [pod.phase, *([_("not ready")] if pod.phase == "Running" and not pod.ready else [])]
    words += [_("new")] if new else []
    reason = f"<small>{escape(pod.reason)}</small>" if pod.reason else ""
    text = f"{symbol(pod)} {escape(pod.name)} · {escape(', '.join(words))}"
    return f"<li class='{kind}{' new' if new else ''}'>{text}{reason}</li>"
