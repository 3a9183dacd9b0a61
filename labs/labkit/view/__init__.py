"""The live cluster view: nodes as boxes, pods on them, and the pods that wait with their reason."""

from __future__ import annotations

from labkit.check import has_widgets
from labkit.messages import _


def show_view(namespace: str) -> None:
    """Show the view of a namespace: live as a widget, once as text where there are no widgets."""
    from labkit.view.source import ClusterUnreachableError, look_once
    from labkit.view.text import as_text

    try:
        state = look_once(namespace)
    except ClusterUnreachableError as problem:
        print(_("The cluster does not answer:"), problem)
        return
    if not has_widgets():
        print(as_text(state))
        return
    from labkit.view.widget import LiveView

    LiveView(state).show()
