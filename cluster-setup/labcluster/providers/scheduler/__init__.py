"""How the scheduler of every cluster of ours is configured, whoever provides it: two profiles in one program."""

from __future__ import annotations

from pathlib import Path

PROFILES = Path(__file__).with_name("profiles.yaml")
