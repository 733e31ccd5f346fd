"""Options that change nothing for the crews they are given with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.crew.definition import ModelSource
from crewprof.semantics.behavior import NEWEST, version_key
from crewprof.semantics.interpolation import PLACEHOLDER
from crewprof.suggestion import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crewprof.crew.definition import Agent, Crew


def idle_options(crews: Sequence[Crew], values: Mapping[str, object]) -> Iterator[str]:
    """A sentence for each of ``values`` (as in :class:`crewprof.cli.flags.Flags`) that has no effect."""
    if not crews:
        return
    model = values.get("model")
    if isinstance(model, str) and not any(
        _takes_model(agent) for crew in crews for agent in _everybody(crew)
    ):
        yield f"--model {model} has no effect: every agent names its model"
    version = values.get("crewai_version")
    if isinstance(version, str) and version_key(version) > version_key(NEWEST):
        yield f"crewprof knows no CrewAI {version}: it predicts what {NEWEST} does, the newest it knows"
    inputs = values.get("inputs")
    for name in inputs if isinstance(inputs, dict) else ():
        known = {found for crew in crews for found in _placeholders(crew)}
        if name not in known and all(map(_is_read, crews)):
            guess = did_you_mean(name, sorted(known))
            hint = f"; did you mean {guess}?" if guess else ""
            yield f"--input {name} has no effect: no text contains {{{name}}}{hint}"


def _everybody(crew: Crew) -> tuple[Agent, ...]:
    manager = () if crew.manager_agent is None else (crew.manager_agent,)
    return (*crew.agents, *crew.outside_agents, *manager)


def _takes_model(agent: Agent) -> bool:
    llm = agent.llm
    return llm is None or llm.id is None or llm.source is not ModelSource.DECLARED


def _texts(crew: Crew) -> Iterator[str | None]:
    for agent in _everybody(crew):
        yield from (agent.role, agent.goal, agent.backstory)
    for task in crew.tasks:
        yield from (task.description, task.expected_output)


def _is_read(crew: Crew) -> bool:
    """Whether every text is known, so that none can hold more placeholders."""
    return crew.agents_known and crew.tasks_known and None not in _texts(crew)


def _placeholders(crew: Crew) -> Iterator[str]:
    for text in (*_texts(crew), *(task.output_file for task in crew.tasks)):
        yield from PLACEHOLDER.findall(text or "")
