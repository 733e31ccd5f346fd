"""What random ``Flow`` classes start, how often and with which inputs, as the real crewai does it."""

from __future__ import annotations

import os
import random
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from crewprof.crew.discovery import load_all
from crewprof.source.unknown import Unknown
from tests.conformance.offline import go_offline
from tests.conformance.random_flow_classes import FlowModule, flow_modules

if TYPE_CHECKING:
    from crewprof.crew.definition import Crew

go_offline()
pytest.importorskip("crewai")

import crewai  # noqa: E402
from crewai.flow.flow import Flow  # noqa: E402

RUN = settings(
    max_examples=int(os.environ.get("CREWPROF_CONFORMANCE_EXAMPLES", "20")),
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
MOST_CALLS = 6
"""Times the real flow may run a method: enough to see a loop go round."""


def kickoffs(module: FlowModule) -> tuple[dict[str, list[dict[str, Any]]], bool]:
    """Every start of a crew when the module runs, by the crew's name; and whether the run came to its end."""
    started: dict[str, list[dict[str, Any]]] = {}

    def note(crew: Any, inputs: Any = None) -> str:
        started.setdefault(crew.name, []).append(dict(inputs or {}))
        return "the answer"

    async def note_later(crew: Any, inputs: Any = None) -> str:
        return note(crew, inputs)

    def kickoff(flow: Any, inputs: Any = None) -> Any:
        flow.suppress_flow_events, flow.max_method_calls = True, MOST_CALLS
        return original(flow, inputs=inputs)

    original = Flow.kickoff
    with (
        patch.object(crewai.Crew, "kickoff", note),
        patch.object(crewai.Crew, "kickoff_async", note_later),
        patch.object(Flow, "kickoff", kickoff),
    ):
        random.seed(module.seed)
        try:
            exec(compile(module.text, "main.py", "exec"), {"__name__": "__main__"})
        except Exception:
            return started, False
    return started, True


def crews(module: FlowModule) -> dict[str, list[Crew]]:
    """The crews that are read, by name: one that is made in several ways is read once for each."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "main.py"
        path.write_text(module.text, encoding="utf-8")
        loaded = load_all(path)
    found: dict[str, list[Crew]] = {}
    for crew in loaded.crews:
        found.setdefault(crew.name.partition(" (")[0], []).append(crew)
    return found


def may_be(crew: Crew, inputs: dict[str, Any]) -> bool:
    """Whether a crew as it is read may be given ``inputs``."""
    known = {name: value for name, value in crew.inputs.items() if not isinstance(value, Unknown)}
    return all(name in inputs and inputs[name] == value for name, value in known.items())


@RUN
@given(flow_modules())
def test_flow_classes_start_what_crewai_starts(module: FlowModule) -> None:
    started, is_whole = kickoffs(module)
    read = crews(module)
    assert set(started) <= set(read)
    for name, starts in started.items():
        for inputs in starts:
            assert any(may_be(crew, inputs) for crew in read[name]), (name, inputs, read[name][0].inputs)
        tops = [crew.kickoffs.top for crew in read[name]]
        if None not in tops:
            assert len(starts) <= sum(one for one in tops if one is not None), (name, len(starts), tops)
    if is_whole:
        # What no way leads to is read by itself, as if somebody started it.
        for name, every in ((name, every) for name, every in read.items() if name != "crew"):
            least = sum(crew.kickoffs.low for crew in every)
            assert least <= len(started.get(name, [])), (name, least)
