"""Optimized plain Python and notebooks: the real crewai makes of them what the fixes mean."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st

from crewprof.analysis.optimise import optimise_crew
from crewprof.crew.discovery import load_all
from tests.conformance.offline import go_offline
from tests.conformance.rewriting import EVERYTHING, OPTIONS
from tests.crew.describing import describe_ours, describe_theirs
from tests.crew.random_scripts import STYLES, Team, teams
from tests.crew.running_scripts import run

go_offline()
EXAMPLES = int(os.environ.get("CREWPROF_CONFORMANCE_EXAMPLES", "5"))


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    derandomize="CREWPROF_CONFORMANCE_EXAMPLES" not in os.environ,
)
@given(st.sampled_from(sorted(STYLES)), teams())
def test_rewritten_python_makes_the_crew_that_was_meant(style: str, team: Team) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for path, text in STYLES[style](team).items():
            (folder / path).parent.mkdir(exist_ok=True)
            (folder / path).write_text(text, encoding="utf-8")
        (crew,) = load_all(folder).crews
        result = optimise_crew(crew, OPTIONS, EVERYTHING)
        for path, (_, new) in result.changed_texts.items():
            Path(path).write_text(new.text, encoding="utf-8")
        event(f"{style}: {'rewritten' if result.changed_texts else 'as it was'}")
        (after,) = load_all(folder).crews
        ((theirs, _),) = run(folder)
    assert len(after.tasks) == len(crew.tasks)
    assert describe_ours(after) == describe_theirs(theirs)
