"""Small crews and their calls for tests, made by hand so that only the estimate is under test."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crewprof.crew.definition import Agent, Crew, Kind, Model, ModelSource, Task, Tool
from crewprof.crew.written import Judge, Written
from crewprof.estimate.facts import Facts
from crewprof.estimate.profiler import profile_calls
from crewprof.models.catalogue import lookup
from crewprof.semantics.behavior import NEWEST, behavior_of
from crewprof.semantics.call import (
    CallKind,
    CallRule,
    Driver,
    Prompt,
    PromptMessage,
    Segment,
    Slot,
    ToolDefinition,
)
from crewprof.semantics.context import contexts_of
from crewprof.source.place import Place

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crewprof.estimate.profile import Profile
    from crewprof.models.catalogue import CatalogueEntry
    from crewprof.semantics.context import TaskContext

PLACE = Place("crew.yaml", 1, 1, 1, 1)
DIVIDER = "\n\n----------\n\n"


def model(name: str = "gpt-4o-mini", max_tokens: int | None = None) -> Model:
    return Model(name, ModelSource.DECLARED, max_tokens=max_tokens)


def agent(name: str = "writer", backstory: str = "You write.", **changes: object) -> Agent:
    return Agent(name, PLACE, role=name, goal="write", backstory=backstory, **{"llm": model(), **changes})  # type: ignore[arg-type]


def tool(name: str = "SerperDevTool") -> Tool:
    return Tool(name, PLACE, class_name=name)


def task(name: str, expected: str = "A paragraph.", **changes: object) -> Task:
    return Task(
        name,
        PLACE,
        description=str(changes.pop("description", "Write about ants.")),
        expected_output=expected,
        **{"agent": "writer", **changes},  # type: ignore[arg-type]
    )


def crew(tasks: Sequence[Task], agents: Sequence[Agent] = (), **changes: object) -> Crew:
    return Crew(
        "ants",
        "crew.yaml",
        Kind.CREW_YAML,
        PLACE,
        Written("crew-yaml", Judge.DEFINITION),
        tuple(agents) or (agent(),),
        tuple(tasks),
        **changes,  # type: ignore[arg-type]
    )


@dataclass
class HandmadeCalls:
    """One prompt per task with its texts and context; a loop when it has tools; more rules by task."""

    crew: Crew
    more: Mapping[str, Sequence[CallRule]] = field(default_factory=dict)
    outside: Sequence[CallRule] = ()

    def of(self, crew: Crew) -> HandmadeCalls:
        return HandmadeCalls(crew, self.more, self.outside)

    def contexts(self) -> Mapping[str, TaskContext]:
        return contexts_of(self.crew, behavior_of(NEWEST))

    def result_reader(self) -> None:
        return None

    def first_prompt(self, one: Task) -> Prompt:
        worker = self.crew.agent(one.agent or "writer")
        user = [
            Segment("framework", "\nCurrent Task: "),
            Segment("task", f"{one.description}\n{one.expected_output}"),
        ]
        sources = self.contexts()[one.name].sources
        for at, name in enumerate(sources):
            lead = (
                Segment("framework", "\n\nThis is the context:\n") if at == 0 else Segment("context", DIVIDER)
            )
            user += [lead, Segment("context", Slot("output", name))]
        user.append(Segment("framework", "\n\nProvide your response:"))
        role = f"You are {worker.role}. {worker.backstory}\nYour goal: {worker.goal}"
        tools = tuple(ToolDefinition(t.reference, "finds", {}, t.reference) for t in self._tools(one))
        messages = (PromptMessage("system", (Segment("role", role),)), PromptMessage("user", tuple(user)))
        return Prompt(messages, tools, layout="native" if tools else "plain")

    def model(self, one: Task) -> Model | None:
        return self.crew.agent(one.agent or "writer").llm

    def rules(self, one: Task) -> Sequence[CallRule]:
        worker = self.crew.agent(one.agent or "writer")
        prompt = self.first_prompt(one)
        found = [CallRule(CallKind.TASK, worker.name, worker.llm, prompt, Driver.ONCE, least=1, most=3)]
        if prompt.tools:
            found.append(
                CallRule(CallKind.LOOP, worker.name, worker.llm, prompt, Driver.TOOL_USE, least=0, most=75)
            )
        return [*found, *self.more.get(one.name, ())]

    def overhead(self) -> Sequence[CallRule]:
        return self.outside

    def _tools(self, one: Task) -> tuple[Tool, ...]:
        return one.tools or self.crew.agent(one.agent or "writer").tools


def look_up(one: Model) -> CatalogueEntry:
    return lookup(one.id or "")


def profiled(one: Crew, **more: object) -> Profile:
    return profile_calls(one, HandmadeCalls(one, **more), Facts(look_up))  # type: ignore[arg-type]
