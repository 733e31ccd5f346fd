"""How the suite runs: the same examples every time, so that a failure is of the change and not of the day.

``CREWPROF_CONFORMANCE_EXAMPLES`` (``make conformance``) looks further: many examples, new ones each time. Of
the examples that a test names, the suite tries half and ``make test-fast`` a fifth;
``CREWPROF_EXAMPLES_SHARE`` chooses another share (1: all).
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
FAST = "not crewai and not slow"
"""What ``make test-fast`` chooses."""

LONG = ("EXAMPLES", "MISTAKES", "SCHEMAS", "EDITS")
"""Ends of the variables that ask for the long form of a test."""
SHARES = {FAST: 0.2}
"""By the chosen markers; half of the examples in the whole suite."""
FEWEST = {FAST: 4}
"""Examples that are tried of each test, where it names so many; ten in the whole suite."""
_SHARED: set[object] = set()
"""Tests of which a share is tried already: one may stand for several items."""

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
    config.addinivalue_line("markers", "slow: hooks, kills, editors, long attacks; not for the inner loop")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Do not even import what needs CrewAI when it is not wanted: that alone takes long."""
    is_module = collection_path.suffix == ".py"
    is_unwanted = config.option.markexpr == FAST and is_module and needs_crewai(collection_path)
    return True if is_unwanted else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what needs CrewAI; try a share of the examples."""
    share, fewest = share_of_examples(config), FEWEST.get(config.option.markexpr, 10)
    for item in items:
        if needs_crewai(item.path):
            item.add_marker("crewai")
        _try_fewer(item, share, fewest)


def share_of_examples(config: pytest.Config) -> float:
    """Which part of the examples that tests name is tried."""
    wanted = os.environ.get("CREWPROF_EXAMPLES_SHARE")
    if wanted is not None:
        return float(wanted)
    if any(name.startswith("CREWPROF_") and name.endswith(LONG) for name in os.environ):
        return 1.0
    return SHARES.get(config.option.markexpr, 0.5)


def _try_fewer(item: pytest.Item, share: float, fewest: int) -> None:
    # Hypothesis keeps the settings of a test there; without them it tries as many as ever.
    test = getattr(item, "obj", None)
    test = getattr(test, "__func__", test)
    chosen = getattr(test, "_hypothesis_internal_use_settings", None)
    if chosen is not None and test not in _SHARED:
        _SHARED.add(test)
        most = min(chosen.max_examples, max(fewest, round(chosen.max_examples * share)))
        vars(test)["_hypothesis_internal_use_settings"] = settings(chosen, max_examples=most)
