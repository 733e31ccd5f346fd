"""How the suite runs: the same examples every time, so that a failure is of the change and not of the day.

``CREWPROF_CONFORMANCE_EXAMPLES`` (``make conformance``) looks further: many examples, new ones each time.
"""

from __future__ import annotations

import ast
import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, settings

from tests.built_once import build_commands_once

if TYPE_CHECKING:
    import pytest

TESTS = Path(__file__).resolve().parent
FAST = "not crewai"
"""What ``make test-fast`` chooses."""

settings.register_profile(
    "suite",
    deadline=None,
    derandomize="CREWPROF_CONFORMANCE_EXAMPLES" not in os.environ,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("suite")
build_commands_once()


@cache
def needs_crewai(path: Path) -> bool:
    """Whether a module of tests imports CrewAI or runs crews on it, by itself or by a module it imports."""
    if path.name.startswith("test_") and path.parent.name in ("runtime", "conformance"):
        return True
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [one.name for one in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module]
        else:
            continue
        for name in names:
            if name.split(".")[0] in ("crewai", "crewai_tools") or name.startswith("crewprof.runtime"):
                return True
            imported = TESTS.parent.joinpath(*name.split(".")).with_suffix(".py")
            if name.startswith("tests.") and imported.is_file() and needs_crewai(imported):
                return True
    return False


def pytest_configure(config: pytest.Config) -> None:
    """Name the marker that is set by itself."""
    config.addinivalue_line("markers", "crewai: needs CrewAI (set for modules that import it)")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Do not even import what needs CrewAI when it is not wanted: that alone takes long."""
    is_module = collection_path.suffix == ".py"
    is_unwanted = config.option.markexpr == FAST and is_module and needs_crewai(collection_path)
    return True if is_unwanted else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs CrewAI."""
    for item in items:
        if needs_crewai(item.path):
            item.add_marker("crewai")
