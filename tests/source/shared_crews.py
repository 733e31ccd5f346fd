"""The collection of real crews, where it is at hand."""

from __future__ import annotations

import os
from pathlib import Path

SHARED = Path(os.environ.get("CREWPROF_SHARED", Path(__file__).parents[3] / "shared"))


def shared_yaml_files() -> list[Path]:
    """All YAML of the collection; empty when it is not there."""
    return sorted((SHARED / "data" / "crews").rglob("*.y*ml"))


def shared_json_files() -> list[Path]:
    """All JSON of the collection but its index; empty when it is not there."""
    return sorted(path for path in (SHARED / "data" / "crews").rglob("*.json*") if path.name != "index.json")
