"""A creation that is cut off, by whatever means, leaves a machine on which the same command works."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from labcluster import service
from labcluster.errors import ProviderError
from labcluster.providers.base import Provider
from tests.api.labcluster.conformance.parts import Parts
from tests.polling import until

Up = Callable[[str], subprocess.Popen[str]]


@pytest.fixture
def provider(parts: Parts) -> Provider:
    """The provider under test."""
    return service.PROVIDERS[parts.provider]()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_during_up_leaves_nothing(up: Up, parts: Parts, number: signal.Signals) -> None:
    """Ctrl-C, a shutdown and a closed terminal all undo the creation, with one message, even if repeated."""
    making = up("cut")
    until(lambda: parts.begun("cut"), 60)
    making.send_signal(number)
    making.send_signal(number)
    said = making.communicate(timeout=60)[1]
    assert making.returncode == 130, said
    assert "interrupted" in said
    assert "Traceback" not in said
    assert parts.remains("cut") == []


def test_a_killed_maker_is_reported_and_leaves_nothing(up: Up, parts: Parts) -> None:
    """When the program that makes the cluster for us is killed, `up` says so and cleans up."""
    making = up("cut")
    until(lambda: parts.begun("cut"), 60)
    parts.kill_maker("cut")
    said = making.communicate(timeout=60)[1]
    assert making.returncode == 1, said
    assert "failed" in said
    assert "Traceback" not in said
    assert parts.remains("cut") == []


def test_after_a_killed_up_down_leaves_nothing(up: Up, parts: Parts, provider: Provider) -> None:
    """`down` also removes what was never ready, and ends the program that still makes it."""
    making = up("cut")
    until(lambda: parts.begun("cut"), 60)
    making.kill()
    making.communicate()
    provider.delete("cut")
    assert parts.remains("cut") == []


def test_after_a_killed_up_the_same_command_works(up: Up, parts: Parts, provider: Provider) -> None:
    """SIGKILL allows no cleaning up, so the next `up` makes the cluster anew over what it finds."""
    making = up("cut")
    until(lambda: parts.begun("cut"), 60)
    making.kill()
    making.communicate()
    assert provider.info("cut").status == "broken"
    again = up("cut")
    said = again.communicate(timeout=200)
    assert again.returncode == 0, said
    assert provider.info("cut").status == "running"
    provider.delete("cut")


def test_a_step_that_fails_after_creation_leaves_nothing(
    own_state: Path, tmp_path: Path, parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error in the steps that follow removes the cluster that was made."""

    def broken(cluster: object, labs: object) -> None:
        raise ProviderError("made to fail")

    monkeypatch.setattr(service, "prepare", broken)
    with pytest.raises(ProviderError, match="made to fail"):
        service.up("half", tmp_path, parts.provider)
    assert parts.remains("half") == []
