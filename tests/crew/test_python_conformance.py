"""What plain Python, notebooks and flows say, read from their text, against what running them makes."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from crewprof.crew.discovery import load_all
from tests.conformance.offline import go_offline
from tests.crew.describing import describe_ours, describe_theirs
from tests.crew.random_scripts import STYLES, Team, teams

go_offline()
pytest.importorskip("crewai")
from tests.crew.running_scripts import run  # noqa: E402

EXAMPLES = int(os.environ.get("CREWPROF_CONFORMANCE_EXAMPLES", "6"))
RUN = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))


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
    (ours,) = [one for one in loaded.crews if one.kickoff_sites]
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
