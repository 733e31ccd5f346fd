"""What plain Python, notebooks and flows say, read from their text, against what running them makes."""

from __future__ import annotations

import json
import os
import runpy
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings

from crewprof.crew.discovery import load_all
from tests.conformance.offline import go_offline
from tests.crew.describing import describe_ours, describe_theirs
from tests.crew.random_scripts import STYLES, Team, teams

if TYPE_CHECKING:
    from collections.abc import Iterator

go_offline()
crewai = pytest.importorskip("crewai")

EXAMPLES = int(os.environ.get("CREWPROF_CONFORMANCE_EXAMPLES", "6"))
RUN = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))


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


@pytest.mark.parametrize("style", STYLES)
@RUN
@given(team=teams())
def test_every_style_says_what_running_it_makes(style: str, team: Team) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for path, text in STYLES[style](team).items():
            (folder / path).parent.mkdir(exist_ok=True)
            (folder / path).write_text(text, encoding="utf-8")
        loaded = load_all(folder)
        ((theirs, inputs),) = run(folder)
    assert not loaded.errors
    (ours,) = loaded.crews
    assert describe_ours(ours) == describe_theirs(theirs)
    assert (ours.agents_known, ours.tasks_known, ours.inputs_known) == (True, True, True)
    assert dict(ours.inputs) == inputs
    assert ours.kickoffs.is_exact
    assert ours.kickoffs.low == 1
    assert not ours.unknowns
    if style == "flow":
        (flow,) = loaded.flows
        assert [(one.name, one.starts, one.crews) for one in flow.methods] == [
            ("begin", True, ()),
            ("work", False, (ours.name,)),
        ]
