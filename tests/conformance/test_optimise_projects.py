"""Optimized @CrewBase projects on the real crewai: the same calls for every task."""

from __future__ import annotations

import importlib
import itertools
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, Phase, assume, event, given, settings

from crewprof.analysis.optimise import optimise_crew
from crewprof.crew.loaders.crewbase.loader import load_crewbase
from crewprof.source.text import SourceText
from tests.conformance.offline import go_offline
from tests.conformance.random_class_projects import class_projects
from tests.conformance.recording_llm import Recorder, RecordingLLM, answers_at_once
from tests.conformance.rewriting import OPTIONS, SAFE, ByName, sent_by_name
from tests.conformance.running import Outcome, kick_off

if TYPE_CHECKING:
    from collections.abc import Mapping

go_offline()
EXAMPLES = int(os.environ.get("CREWPROF_CONFORMANCE_EXAMPLES", "5"))
PACKAGES = (f"optimised_project_{number}" for number in itertools.count())
KEPT: list[Any] = []
"""Instances CrewAI remembers results by the address of; freed ones would be mistaken for others."""


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    derandomize="CREWPROF_CONFORMANCE_EXAMPLES" not in os.environ,
)
@given(class_projects())
def test_safe_fixes_keep_every_call(files: dict[str, str]) -> None:
    rewritten = optimised(files)
    assume(rewritten != files)
    before, names = run(files)
    assume(before.finished)
    event("rewritten and run")
    after, names_after = run(rewritten)
    assert after.finished, f"{after.error}\n{rewritten}"
    assert names_after == names
    assert sent_by_name(after, names) == sent_by_name(before, names), rewritten
    assert after.final == before.final
    assert optimised(rewritten) == rewritten


def optimised(files: Mapping[str, str]) -> dict[str, str]:
    """The files of a project after safe fixes."""
    with tempfile.TemporaryDirectory() as folder:
        write(files, Path(folder))
        crews, errors = load_crewbase(SourceText.read(Path(folder) / "crew.py"))
        assert not errors, errors
        result = optimise_crew(crews[0], OPTIONS, SAFE)
        changed = {
            Path(path).resolve().relative_to(Path(folder).resolve()).as_posix(): new.text
            for path, (_, new) in result.changed_texts.items()
        }
    return {**files, **changed}


def write(files: Mapping[str, str], folder: Path) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def run(files: Mapping[str, str]) -> tuple[Outcome, list[str]]:
    """What CrewAI did with the project, and the names of its tasks in order."""
    package = next(PACKAGES)
    with tempfile.TemporaryDirectory() as folder:
        write(files, Path(folder) / package)
        sys.path.insert(0, folder)
        try:
            importlib.invalidate_caches()
            instance = importlib.import_module(f"{package}.crew").Project()
            KEPT.append(instance)
            crew = instance.crew()
        except Exception as error:
            return Outcome(accepted=False, error=error), []
        finally:
            sys.path.remove(folder)
    recorder = Recorder()
    for agent in {id(task.agent): task.agent for task in crew.tasks}.values():
        agent.llm = RecordingLLM.make(recorder, ByName(answers_at_once), model=agent.llm.model)
    return kick_off(crew, {}, recorder), [task.name for task in crew.tasks]
