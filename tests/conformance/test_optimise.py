"""Optimized crews on the real crewai: accepted, run, and with safe fixes word for word the same calls."""

from __future__ import annotations

import json
import os
import tempfile
from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from hypothesis import HealthCheck, Phase, assume, event, given, settings

from crewprof.analysis.optimise import optimise_crew
from crewprof.analysis.options import AnalysisOptions
from crewprof.crew.crew_yaml import load_crew_yaml
from crewprof.findings import Applicability
from crewprof.source.text import SourceText
from tests.conformance.project import write_project
from tests.conformance.random_schedules import crews_as_text
from tests.conformance.recording_llm import answers_at_once, output_of
from tests.conformance.running import run_definition

if TYPE_CHECKING:
    from crewprof.analysis.result import OptimizedCrew
    from tests.conformance.recording_llm import RecordedCall
    from tests.conformance.running import Outcome

EXAMPLES = int(os.environ.get("CREWPROF_CONFORMANCE_EXAMPLES", "15"))
"""``make conformance`` runs many more."""

conformance = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # each step of shrinking would run crews again
    derandomize="CREWPROF_CONFORMANCE_EXAMPLES" not in os.environ,
)

SAFE = frozenset({Applicability.SAFE})
EVERYTHING = frozenset({Applicability.SAFE, Applicability.UNSAFE})


@conformance
@given(crews_as_text())
def test_safe_fixes_keep_every_call(text: str) -> None:
    before = run(text)
    assume(before.finished)
    rewritten = optimised(text, SAFE)
    if rewritten == text:
        return
    event("rewritten")
    after = run(rewritten)
    assert after.finished, f"{after.error}\n{rewritten}"
    assert calls_by_task(after, rewritten) == calls_by_task(before, text), rewritten
    assert after.final == before.final
    assert optimised(rewritten, SAFE) == rewritten


@conformance
@given(crews_as_text())
def test_unsafe_fixes_leave_a_crew_that_runs(text: str) -> None:
    assume(run(text).finished)
    rewritten = optimised(text, EVERYTHING)
    if rewritten == text:
        return
    event("rewritten")
    after = run(rewritten)
    assert after.finished, f"{after.error}\n{rewritten}"
    assert optimised(rewritten, EVERYTHING) == rewritten


def optimised(text: str, applicable: frozenset[Applicability]) -> str:
    crew = _optimised(text, applicable).after.crew
    return crew.texts[crew.path].text


CREW = "crew.yaml"
OPTIONS = AnalysisOptions(today=date(2025, 11, 20), crewai_version="1.15.30")


def _optimised(text: str, applicable: frozenset[Applicability]) -> OptimizedCrew:
    with tempfile.TemporaryDirectory() as folder:
        write_project(Path(folder))
        source = SourceText(str(Path(folder) / CREW), text)
        return optimise_crew(load_crew_yaml(source), OPTIONS, applicable)


def run(text: str) -> Outcome:
    """Run a definition; what a task answers names the task, not its place."""
    return run_definition(yaml.safe_load(text), script=answers_by_name)


def answers_by_name(call: RecordedCall) -> Any:
    answer = answers_at_once(call)
    if isinstance(answer, str):
        return answer.replace(
            output_of(call), f"Output of {call.task_name}." if call.task is not None else "Done."
        )
    return answer


def calls_by_task(outcome: Outcome, text: str) -> dict[str, list[str]]:
    """What CrewAI sent for each task, in order; for none of them, in any order."""
    names = [task["name"] for task in yaml.safe_load(text)["tasks"]]
    found: dict[str, list[str]] = defaultdict(list)
    for call in outcome.calls:
        found["" if call.task is None else names[call.task]].append(_sent(call))
    found[""].sort()
    return dict(found)


def _sent(call: RecordedCall) -> str:
    schema = call.response_model.__name__ if call.response_model is not None else None
    return json.dumps([call.messages, call.tools, schema, call.model], sort_keys=True, default=str, indent=1)
