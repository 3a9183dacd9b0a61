"""The registry of providers: constructors by name, and the choice that `auto` makes."""

from __future__ import annotations

import os
from collections.abc import Callable

from labcluster.errors import ProviderError
from labcluster.providers.base import Provider
from labcluster.providers.embedded.provider import EmbeddedProvider
from labcluster.providers.kind.provider import KindProvider

VARIABLE = "LABCLUSTER_PROVIDER"
PROVIDERS: dict[str, Callable[[], Provider]] = {"embedded": EmbeddedProvider, "kind": KindProvider}


def provider(name: str) -> Provider:
    """The provider of that name.

    Raises:
        ProviderError: there is none.
    """
    if name not in PROVIDERS:
        raise ProviderError(f"There is no provider {name!r}. Known: auto, {', '.join(sorted(PROVIDERS))}.")
    return PROVIDERS[name]()


def provider_of(cluster: str) -> Provider:
    """The provider that has a cluster of this name.

    Raises:
        ProviderError: none has.
    """
    if (found := having(cluster)) is None:
        raise ProviderError(f"There is no cluster {cluster!r}.")
    return found


def having(name: str) -> Provider | None:
    """The provider that has a cluster of this name."""
    return next((made for made in (make() for make in PROVIDERS.values()) if made.exists(name)), None)


def choose(wanted: str) -> tuple[Provider, str]:
    """Resolve `auto`: the provider, and the reason in a sentence.

    kind where an engine answers and has the node image already, else embedded: nobody waits for a build unasked.
    LABCLUSTER_PROVIDER says once and for all what `auto` is on a machine.
    """
    own = os.environ.get(VARIABLE, "auto")
    if wanted == "auto" and own != "auto":
        return provider(own), f"provider {own}: by {VARIABLE}"
    if wanted != "auto":
        return provider(wanted), f"provider {wanted}: as asked"
    from labcluster.providers.kind.engine import installed
    from labcluster.providers.kind.image import at_hand

    if not (engines := installed()):
        return provider("embedded"), "provider embedded: no container engine here, so its nodes are simulated"
    if (engine := at_hand()) is not None:
        return provider("kind"), f"provider kind: {engine.program} answers and has the node image"
    tried = " and ".join(engine.program for engine in engines)
    return provider("embedded"), (
        f"provider embedded: {tried} does not answer or has no node image; for real containers: make images"
    )
