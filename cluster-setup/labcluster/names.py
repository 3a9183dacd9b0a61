"""What can name a cluster: it becomes a folder, a lock file and a kwokctl cluster."""

from __future__ import annotations

import re

NAME = re.compile(r"[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?")
