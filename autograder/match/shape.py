"""What the API says of its lists: which fields are an item's key. The cluster fills this in from its OpenAPI."""

from __future__ import annotations

from typing import Protocol


class Shape(Protocol):
    """The schema of one value, as far as matching needs it."""

    @property
    def keys(self) -> tuple[str, ...]:
        """`x-kubernetes-list-map-keys` if the value is a list that has them, else ()."""

    def field(self, name: str) -> Shape:
        """The shape of a field."""

    def item(self) -> Shape:
        """The shape of a list's items."""


class Unknown:
    """The shape of anything that no schema describes: its lists match as subsets."""

    keys: tuple[str, ...] = ()

    def field(self, name: str) -> Unknown:
        """Unknown again."""
        del name
        return self

    def item(self) -> Unknown:
        """Unknown again."""
        return self


UNKNOWN = Unknown()
