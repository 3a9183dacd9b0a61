"""Which node image a new cluster gets, and on which engine."""

from __future__ import annotations

import os

from labcluster.errors import ProviderError
from labcluster.providers.kind.engine import Engine, EngineError, installed

NO_ENGINE = (
    "There is no container engine on this machine (neither docker nor podman), and the provider kind needs one.\n"
    "Install Docker or Podman, or use the provider embedded. What is missing, one by one: labcluster doctor"
)
VARIABLE = "LABCLUSTER_NODE_IMAGE"
OURS = "localhost/lab/"


def reference() -> str:
    """The node image's name: that of LABCLUSTER_NODE_IMAGE (any kindest/node, best with its digest), else our own."""
    if wanted := os.environ.get(VARIABLE):
        return wanted
    from labcluster.images import node  # reads its sources, so only when asked

    return node.reference()


def brings_network(image: str) -> bool:
    """Whether the image holds a network configuration itself: ours does, kind's own gets kind's."""
    return image.startswith(OURS)


def at_hand() -> Engine | None:
    """An engine that answers and has the node image already; None where there is none. Takes a tenth of a second."""
    engines = installed()
    wanted = reference() if engines else ""
    return next((engine for engine in engines if engine.has_image(wanted)), None)


def ready_image() -> tuple[Engine, str]:
    """The engine to use and the node image on it, which is fetched or built first if need be.

    Raises:
        ProviderError: no engine, or none that answers, or the image cannot be fetched.
        ToolError: the image cannot be built.
    """
    if (found := at_hand()) is not None:
        return found, reference()
    engines = installed()
    if not engines:
        raise ProviderError(NO_ENGINE)
    engine = next((candidate for candidate in engines if candidate.tries("version", seconds=10)), engines[0])
    engine.run("version")  # says what is wrong where none answers
    _obtain(engine)
    return engine, reference()


def _obtain(engine: Engine) -> None:
    if wanted := os.environ.get(VARIABLE):
        try:
            engine.run("pull", wanted, seconds=1800)
        except EngineError as cause:
            raise ProviderError(f"The node image {wanted} ({VARIABLE}) cannot be fetched: {cause}") from cause
        return
    from labcluster.images import node

    node.build(engine.program, engine.environment)
