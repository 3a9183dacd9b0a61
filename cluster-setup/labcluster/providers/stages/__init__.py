"""How simulated nodes and pods live (KWOK Stages); the same wherever nodes are simulated."""

from __future__ import annotations

from pathlib import Path

STAGES = Path(__file__).parent
