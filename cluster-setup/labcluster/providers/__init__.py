"""The registry of providers: constructors by name, and the choice that `auto` makes."""

from __future__ import annotations

from labcluster.errors import ProviderError
from labcluster.providers.base import Provider
from labcluster.providers.embedded.provider import EmbeddedProvider

PROVIDERS = {"embedded": EmbeddedProvider}


def provider(name: str) -> Provider:
    """The provider of that name.

    Raises:
        ProviderError: there is none.
    """
    if name not in PROVIDERS:
        raise ProviderError(f"There is no provider {name!r}. Known: auto, {', '.join(sorted(PROVIDERS))}.")
    return PROVIDERS[name]()


def choose(wanted: str) -> tuple[Provider, str]:
    """Resolve `auto`: the provider, and the reason in a sentence."""
    if wanted != "auto":
        return provider(wanted), f"provider {wanted}: as asked"
    return provider("embedded"), (
        "provider embedded: the only one built so far (real control plane, simulated nodes and containers)"
    )
