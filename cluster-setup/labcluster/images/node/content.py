"""Fills a containerd's store with image archives, as an ordinary user: the daemon runs on files of its own.

Images are not unpacked: that is the first thing which a new node does, and it would need root here.
"""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from labcluster.errors import ToolError

NAMESPACE = "k8s.io"  # where the kubelet looks
KEPT = ("io.containerd.content.v1.content", "io.containerd.metadata.v1.bolt")
START_SECONDS = 20
CONFIG = """\
version = 3
root = "{folder}/root"
state = "{folder}/state"
disabled_plugins = ["io.containerd.cri.v1.images", "io.containerd.cri.v1.runtime", "io.containerd.grpc.v1.cri"]
[grpc]
  address = "{folder}/grpc.sock"
  uid = {uid}
  gid = {gid}
[ttrpc]
  address = "{folder}/ttrpc.sock"
  uid = {uid}
  gid = {gid}
"""


def import_archives(made: Mapping[str, Path], archives: Sequence[Path], folder: Path) -> None:
    """Import the archives; the store is then `folder`/root, of which a node needs the parts named in KEPT.

    Raises:
        ToolError: containerd does not start, or refuses an archive.
    """
    folder.mkdir()
    control = [str(made["ctr"]), "--address", str(folder / "grpc.sock"), "--namespace", NAMESPACE]
    with _daemon(made["containerd"], folder, control):
        for archive in archives:
            _ask([*control, "images", "import", "--no-unpack", "--compress-blobs", str(archive)])


@contextmanager
def _daemon(program: Path, folder: Path, control: list[str]) -> Iterator[None]:
    config = folder / "config.toml"
    config.write_text(CONFIG.format(folder=folder, uid=os.getuid(), gid=os.getgid()))
    with (folder / "log").open("w") as log:
        process = subprocess.Popen([str(program), "--config", str(config)], stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + START_SECONDS
        while subprocess.run([*control, "version"], capture_output=True, check=False).returncode:
            if process.poll() is not None or time.monotonic() > deadline:
                end = "\n".join((folder / "log").read_text().splitlines()[-3:])
                raise ToolError(f"containerd does not start here. The end of its log:\n{end}")
            time.sleep(0.05)  # polls the condition above
        yield
    finally:
        process.terminate()
        process.wait()


def _ask(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ToolError(f"containerd refuses {command[-1]}: {done.stderr.strip()[-500:]}")
