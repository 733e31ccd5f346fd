"""Runs the Python of a project on the real crewai, up to its kickoffs."""

from __future__ import annotations

import json
import runpy
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import crewai
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def kickoffs_caught() -> Iterator[list[tuple[Any, dict[str, Any]]]]:
    """While this lasts, a crew that is started is only noted down, with its inputs."""
    caught: list[tuple[Any, dict[str, Any]]] = []

    def kickoff(crew: Any, inputs: dict[str, Any] | None = None, **_more: Any) -> str:
        caught.append((crew, inputs or {}))
        return "done"

    patch = pytest.MonkeyPatch()
    with patch.context() as patched:
        patched.setattr(crewai.Crew, "kickoff", kickoff)
        yield caught


def run(folder: Path) -> list[tuple[Any, dict[str, Any]]]:
    """What running the project starts."""
    sys.path.insert(0, str(folder))
    try:
        with kickoffs_caught() as caught:
            if (folder / "main.py").exists():
                runpy.run_path(str(folder / "main.py"), run_name="__main__")
            else:
                cells = json.loads((folder / "main.ipynb").read_text(encoding="utf-8"))["cells"]
                code = ["".join(one["source"]) for one in cells if one["cell_type"] == "code"]
                lines = [line for line in "\n".join(code).split("\n") if line[:1] not in ("%", "!")]
                exec("\n".join(lines), {"__name__": "__main__"})
            return caught
    finally:
        sys.path.remove(str(folder))
        for name in ("agents", "tasks", "work"):
            sys.modules.pop(name, None)
