"""What is the engine's own failure, and so tried again."""

from __future__ import annotations

import pytest

from labcluster.providers.kind.engine import hiccup


@pytest.mark.parametrize(
    ("said", "again"),
    [
        ("failed to add default storage class\n\nCommand Output: error: no objects passed to apply\n", True),
        ('channel "10" found, 0-3 supported: lost synchronization with multiplexed stream', True),
        ("Error: localhost/lab/node: image not known", False),
        ("", False),
    ],
)
def test_only_what_the_client_lost_is_tried_again(said: str, again: bool) -> None:
    """Lost output or input of a command tells nothing of the command; a refusal does."""
    assert hiccup(said) is again
