"""What a ``@CrewBase`` project says, read from its text, against the crew CrewAI makes by running it."""

from __future__ import annotations

import importlib
import itertools
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from crewprof.crew.discovery import load_all
from tests.conformance.offline import go_offline
from tests.crew.describing import describe_ours, describe_theirs
from tests.crew.random_projects import Project, projects

go_offline()
pytest.importorskip("crewai")

RUN = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))

PACKAGES = (f"random_project_{number}" for number in itertools.count())
KEPT: list[Any] = []
"""Instances CrewAI remembers results by the address of; freed ones would be mistaken for others."""


@pytest.fixture(scope="module")
def folder() -> Any:
    with tempfile.TemporaryDirectory() as path:
        sys.path.insert(0, path)
        yield Path(path)
        sys.path.remove(path)


def write(project: Project, folder: Path) -> str:
    package = next(PACKAGES)
    for name, text in project.files.items():
        path = folder / package / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    importlib.invalidate_caches()
    return package


@RUN
@given(project=projects())
def test_a_project_says_what_running_it_gives(folder: Path, project: Project) -> None:
    package = write(project, folder)
    loaded = load_all(folder / package)
    crews, errors = loaded.crews, loaded.errors
    assert not errors
    module = importlib.import_module(f"{package}.crew")
    assert len(crews) == len(project.classes)
    for name, ours in zip(project.classes, crews, strict=True):
        instance = getattr(module, name)()
        KEPT.append(instance)
        try:
            theirs = instance.crew()
        except ValueError:
            # CrewAI refuses the combination, for example of async tasks; we read it all the same.
            continue
        assert describe_ours(ours) == describe_theirs(theirs)
        assert ours.name == theirs.name
        assert [task.name for task in ours.tasks] == [task.name for task in theirs.tasks]
        assert not ours.unknowns
