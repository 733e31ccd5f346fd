"""A crew before and after its fixes on the real crewai: what CrewAI sent for each task."""

from __future__ import annotations

import json
import re
import tempfile
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from crewprof.analysis.optimise import optimise_crew
from crewprof.analysis.options import AnalysisOptions
from crewprof.crew.loaders.crew_yaml import load_crew_yaml
from crewprof.findings import Applicability
from crewprof.source.text import SourceText
from tests.conformance.project import write_project
from tests.conformance.recording_llm import UsesTools, output_of
from tests.conformance.running import run_definition

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.conformance.recording_llm import RecordedCall, Script
    from tests.conformance.running import Outcome

SAFE = frozenset({Applicability.SAFE})
EVERYTHING = frozenset({Applicability.SAFE, Applicability.UNSAFE})
_NUMBER_OF_CALL = re.compile(r"\bcall_\d+")
OPTIONS = AnalysisOptions(today=date(2025, 11, 20), crewai_version="1.15.30")


def optimised(text: str, applicable: frozenset[Applicability]) -> str:
    """The text of a ``crew.yaml`` after its fixes; the project's Python stands beside it."""
    with tempfile.TemporaryDirectory() as folder:
        write_project(Path(folder))
        source = SourceText(str(Path(folder) / "crew.yaml"), text)
        crew = optimise_crew(load_crew_yaml(source), OPTIONS, applicable).after.crew
    return crew.texts[crew.path].text


def run(text: str, *, tool_uses: int = 0) -> Outcome:
    """Run a definition; what a task answers names the task, not its place.

    ``tool_uses``: how often each task uses a tool it has, before it answers.
    """
    return run_definition(yaml.safe_load(text), script=ByName(UsesTools(times=tool_uses)))


@dataclass(frozen=True)
class ByName:
    """Answers like ``script``, but the same for a task that has moved."""

    script: Script

    def __call__(self, call: RecordedCall) -> Any:
        answer = self.script(call)
        if not isinstance(answer, str):
            return answer
        own = f"Output of {call.task_name}." if call.task is not None else "Done."
        return answer.replace(output_of(call), own)


def calls_by_task(outcome: Outcome, text: str) -> dict[str, list[str]]:
    """What CrewAI sent for each task, in order; for none of them, in any order."""
    return sent_by_name(outcome, [task["name"] for task in yaml.safe_load(text)["tasks"]])


def sent_by_name(outcome: Outcome, names: Sequence[str]) -> dict[str, list[str]]:
    """The same for tasks called ``names``."""
    found: dict[str, list[str]] = defaultdict(list)
    for call in outcome.calls:
        found["" if call.task is None else names[call.task]].append(_sent(call))
    found[""].sort()
    return dict(found)


def _sent(call: RecordedCall) -> str:
    schema = call.response_model.__name__ if call.response_model is not None else None
    sent = json.dumps([call.messages, call.tools, schema, call.model], sort_keys=True, default=str, indent=1)
    return _NUMBER_OF_CALL.sub("call_n", sent)


def groups_by_name(outcome: Outcome, text: str) -> list[set[str]]:
    """The tasks that ran together, by name, in time order."""
    names = [task["name"] for task in yaml.safe_load(text)["tasks"]]
    return [{names[index] for index in group} for group in outcome.groups]
