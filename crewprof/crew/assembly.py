"""Building agents and tasks from their keys, whatever file the keys came from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crewprof.crew.definition import Agent, Guardrail, Model, ModelSource, Process, Task, Tool
from crewprof.crew.typed_fields import TypedFields
from crewprof.errors import InputError
from crewprof.quick_dataclasses import dataclass, replace
from crewprof.source.unknown import Unknown
from crewprof.suggestion import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from crewprof.crew.definition import OutputSchema
    from crewprof.source.field import Field
    from crewprof.source.place import Place


@dataclass(frozen=True, slots=True)
class AgentParts:
    """What an agent's keys refer to, resolved by its loader."""

    llm: Model | None = None
    function_calling_llm: Model | None = None
    tools: tuple[Tool, ...] = ()


@dataclass(frozen=True, slots=True)
class TaskParts:
    """What a task's keys refer to, resolved by its loader."""

    agent: str | None = None
    agent_known: bool = True
    context: tuple[str, ...] | None = None
    context_known: bool = True
    conditional: bool = False
    tools: tuple[Tool, ...] = ()
    output_pydantic: OutputSchema | None = None
    output_json: OutputSchema | None = None
    response_model: OutputSchema | None = None


_KEPT_THERE: Final = ("role", "goal", "backstory", "allow_delegation", "max_iter")
"""Keys that an agent in CrewAI's repository may have, whose being unknown changes the profile."""


def _from_repository(
    fields: Mapping[str, Field], parts: AgentParts, given: Field
) -> tuple[Mapping[str, Field], AgentParts]:
    """An agent of which CrewAI fetches all keys that are not given (``load_agent_from_repository``)."""
    why = Unknown(f"CrewAI fetches it from its agent repository ({given.value})", given.place)
    hidden = replace(given, value=why, is_editable=False)
    known = {**{key: hidden for key in (*_KEPT_THERE, "llm", "tools") if key not in fields}, **fields}
    llm = parts.llm or Model(None, ModelSource.UNKNOWN, place=given.place)
    tools = parts.tools if "tools" in fields else (Tool("from_repository", given.place),)
    return known, replace(parts, llm=llm, tools=tools)


def build_agent(name: str, place: Place, fields: Mapping[str, Field], parts: AgentParts) -> Agent:
    """An agent; raises :class:`InputError` for a value of the wrong type."""
    repository = fields.get("from_repository")
    if repository is not None and repository.value is not None:
        fields, parts = _from_repository(fields, parts, repository)
    read = TypedFields(fields, f"agent '{name}'")
    use_system_prompt = read.flag("use_system_prompt")
    respects_window = read.flag("respect_context_window")
    return Agent(
        name=name,
        place=place,
        role=read.text("role"),
        goal=read.text("goal"),
        backstory=read.text("backstory"),
        llm=parts.llm,
        function_calling_llm=parts.function_calling_llm,
        tools=parts.tools,
        allow_delegation=read.flag("allow_delegation") or False,
        max_iter=read.integer("max_iter"),
        max_rpm=read.integer("max_rpm"),
        max_retry_limit=read.integer("max_retry_limit"),
        max_execution_time=read.integer("max_execution_time"),
        use_system_prompt=True if use_system_prompt is None else use_system_prompt,
        system_template=read.text("system_template"),
        prompt_template=read.text("prompt_template"),
        response_template=read.text("response_template"),
        inject_date=read.flag("inject_date") or False,
        date_format=read.text("date_format"),
        planning=read.flag("planning") or False,
        reasoning=read.flag("reasoning") or False,
        planning_config=read.mapping("planning_config"),
        max_reasoning_attempts=read.integer("max_reasoning_attempts"),
        memory=read.switch("memory"),
        knowledge_sources=read.count("knowledge_sources"),
        multimodal=read.flag("multimodal") or False,
        cache=read.flag("cache"),
        respect_context_window=True if respects_window is None else respects_window,
        skills=read.labels("skills"),
        apps=read.labels("apps"),
        mcps=read.labels("mcps"),
        fields=fields,
    )


def build_task(name: str, place: Place, fields: Mapping[str, Field], parts: TaskParts) -> Task:
    """A task; raises :class:`InputError` for a value of the wrong type."""
    read = TypedFields(fields, f"task '{name}'")
    retries = read.integer("max_retries")
    return Task(
        name=name,
        place=place,
        description=read.text("description"),
        expected_output=read.text("expected_output"),
        agent=parts.agent,
        agent_known=parts.agent_known,
        context=parts.context,
        context_known=parts.context_known,
        async_execution=read.flag("async_execution") or False,
        conditional=parts.conditional,
        tools=parts.tools,
        output_pydantic=parts.output_pydantic,
        output_json=parts.output_json,
        response_model=parts.response_model,
        guardrails=_guardrails(read),
        # CrewAI lets the deprecated key win.
        guardrail_max_retries=read.integer("guardrail_max_retries") if retries is None else retries,
        markdown=read.flag("markdown") or False,
        human_input=read.flag("human_input") or False,
        output_file=read.text("output_file"),
        input_files=tuple(read.mapping("input_files") or ()),
        fields=fields,
    )


def _guardrails(read: TypedFields) -> tuple[Guardrail, ...]:
    """``guardrails`` when it names any, else ``guardrail``: CrewAI ignores the second beside the first."""
    for key in ("guardrails", "guardrail"):
        found = read.fields.get(key)
        if found is None or found.value is None:
            continue
        items = found.value if isinstance(found.value, list | tuple) else [found.value]
        if items:
            return tuple(Guardrail(item if isinstance(item, str) else None, found.place) for item in items)
    return ()


def process_of(read: TypedFields) -> Process:
    """The crew's process; raises :class:`InputError` for one that CrewAI does not have."""
    given = read.text("process")
    if given is None:
        return Process.SEQUENTIAL
    try:
        return Process(given)
    except ValueError:
        known = [process.value for process in Process]
        guess = did_you_mean(given, known)
        place = read.fields["process"].place
        raise InputError(
            f"there is no process '{given}'",
            path=place.path,
            line=place.line,
            column=place.column,
            hint=f"did you mean {guess}?" if guess else f"the processes are: {', '.join(known)}",
        ) from None


class UniqueNames:
    """Gives out names, each once; ``taken`` are given already."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = set(taken)
        self._latest: dict[str, int] = {}

    def give(self, name: str) -> str:
        """``name``, or ``name (2)`` and so on when another has it."""
        given, number = name, self._latest.get(name, 1)
        while given in self._taken:
            number += 1
            given = f"{name} ({number})"
        self._latest[name] = number
        self._taken.add(given)
        return given
