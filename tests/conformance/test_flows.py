"""What random declarative flows start, how often and with which inputs, as the real crewai does it."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest
import yaml
from hypothesis import HealthCheck, Phase, given, settings

from crewprof.crew.loaders.flow.loader import holds, load
from crewprof.source.documents import Documents
from crewprof.source.unknown import Unknown
from tests.conformance.offline import go_offline
from tests.conformance.random_flows import FlowCase, flows

if TYPE_CHECKING:
    from crewprof.crew.definition import Crew
    from crewprof.crew.loaders.registry import Loaded

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


class Answer:
    """What a crew or agent gives back."""

    raw = "the answer"

    def __str__(self) -> str:
        return self.raw


class Kickoffs:
    """Every start of a crew or agent: what it was given, by crew and by role."""

    def __init__(self) -> None:
        self.crews: dict[str, list[dict[str, Any]]] = {}
        self.agents: dict[str, list[Any]] = {}
        self.finished = False

    def run(self, case: FlowCase) -> str | None:
        """Run the flow; gives what it raised."""

        async def of_crew(crew: Any, inputs: Any = None, **rest: Any) -> Answer:
            self.crews.setdefault(crew.name, []).append(dict(inputs or {}))
            return Answer()

        async def of_agent(agent: Any, messages: Any, *rest: Any, **more: Any) -> Answer:
            self.agents.setdefault(agent.role, []).append(messages)
            return Answer()

        with (
            patch.object(crewai.Crew, "kickoff_async", of_crew),
            patch.object(crewai.Agent, "kickoff_async", of_agent),
        ):
            try:
                flow = Flow.from_declaration(contents=case.definition, suppress_flow_events=True)
                flow.kickoff(inputs=dict(case.inputs))
            except Exception as error:
                return f"{type(error).__name__}: {error}"
        return None


def read(case: FlowCase) -> Loaded:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "flow.yaml"
        path.write_text(
            yaml.safe_dump(case.definition, sort_keys=False, allow_unicode=True), encoding="utf-8"
        )
        documents = Documents()
        assert holds(str(path), documents)
        return load(str(path), documents)


def compare(case: FlowCase) -> None:
    real = Kickoffs()
    error = real.run(case)
    loaded = read(case)
    assert not loaded.errors
    assert {crew for method in loaded.flows[0].methods for crew in method.crews} == {
        crew.name for crew in loaded.crews
    }
    for crew in loaded.crews:
        is_agent = crew.tasks[0].is_message
        starts: list[Any] = (
            real.agents.get(crew.agents[0].role or "", []) if is_agent else real.crews.get(crew.name, [])
        )
        if error is None:
            low, high = crew.kickoffs.low, crew.kickoffs.top
            assert low <= len(starts), (crew.name, low, len(starts))
            assert high is None or len(starts) <= high, (crew.name, high, len(starts))
        for start in starts:
            assert_same_inputs(crew, case, start, is_agent=is_agent)
    assert set(real.crews) <= {crew.name for crew in loaded.crews}


def assert_same_inputs(crew: Crew, case: FlowCase, given: Any, *, is_agent: bool) -> None:
    if "state" not in case.definition:
        # Everything then comes from the inputs of the kickoff, of which the definition knows nothing.
        assert all(isinstance(value, Unknown) or "state." not in str(value) for value in crew.inputs.values())
    if is_agent:
        task = crew.tasks[0]
        if not crew.unknowns:
            assert task.description == given
        return
    assert set(crew.inputs) == set(given)
    for name, value in crew.inputs.items():
        if not isinstance(value, Unknown):
            assert value == given[name], name
            assert type(value) is type(given[name]), name


@RUN
@given(flows())
def test_flows_that_go_forward(case: FlowCase) -> None:
    compare(case)


@RUN
@given(flows(cyclic=True))
def test_flows_that_may_go_round(case: FlowCase) -> None:
    compare(case)
