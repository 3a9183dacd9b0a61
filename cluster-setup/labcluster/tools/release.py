"""Fetches official release binaries and believes none whose SHA-256 is not the one published beside it."""

from __future__ import annotations

import hashlib
import http.client
import io
import tarfile
import urllib.error
import urllib.request
from pathlib import Path

from labcluster.errors import ToolError
from labcluster.tools.catalog import Tool, host

TIMEOUT = 10  # seconds for a connection or between two packets
_unreachable: set[str] = set()  # sites that did not answer in this run


def offered(tool: Tool) -> bool:
    """Whether the project publishes these programs for this machine."""
    return host()[0] in tool.releases


def fetch(tool: Tool, target: Path) -> None:
    """Download every program of the tool into `target` and verify it.

    Raises:
        ToolError: the site is not reachable, lacks the file, or the file is not what its checksum says.
    """
    system, machine = host()
    for program in tool.packages:
        words = {"program": program, "version": tool.version, "os": system, "arch": machine}
        address = tool.releases[system].format(**words)
        wanted = _published(_read(tool.checksums.format(**words)).decode(), address)
        content = _read(address)
        found = hashlib.sha256(content).hexdigest()
        if found != wanted:
            raise ToolError(f"{address} has SHA-256 {found}, its publisher says {wanted}; it was thrown away.")
        path = target / program
        path.write_bytes(_member(content, program, address) if address.endswith(".tar.gz") else content)
        path.chmod(0o755)


def _published(text: str, address: str) -> str:
    """The checksum of a file: the only word of its own checksum file, or its line in a list (as sha256sum writes)."""
    name = address.rsplit("/", 1)[1]
    lines = [line.split() for line in text.splitlines() if line.strip()]
    for words in lines:
        if len(words) == 1 or words[-1].lstrip("*") == name:
            return words[0]
    raise ToolError(f"The publisher's list of checksums does not name {name}.")


def _member(archive: bytes, program: str, address: str) -> bytes:
    """The program out of a release archive, whose own folder it stands in."""
    with tarfile.open(fileobj=io.BytesIO(archive)) as opened:
        for entry in opened:
            if entry.isfile() and entry.name.rsplit("/", 1)[-1] == program:
                file = opened.extractfile(entry)
                if file is not None:
                    return file.read()
    raise ToolError(f"{address} holds no {program}.")


def _read(address: str) -> bytes:
    site = address.split("/")[2]
    if site in _unreachable:
        raise ToolError(f"{site} did not answer a moment ago.")
    try:
        with urllib.request.urlopen(address, timeout=TIMEOUT) as answer:  # noqa: S310 - addresses of tools.toml
            content: bytes = answer.read()
    except urllib.error.HTTPError as cause:
        raise ToolError(f"{address} answered {cause.code} {cause.reason}.") from cause
    except http.client.IncompleteRead as cause:
        raise ToolError(f"{address} broke off in the middle.") from cause
    except OSError as cause:
        _unreachable.add(site)
        raise ToolError(f"{site} is not reachable.") from cause
    return content
