"""Values CrewAI refuses: of the wrong type, or in a form its validators do not take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crewprof.crew.definition import Task
from crewprof.crew.typed_fields import describe, whole_number
from crewprof.late_patterns import late_pattern
from crewprof.quick_dataclasses import replace
from crewprof.semantics.refusals.accepted_keys import (
    accepted_keys,
    definition_keys,
    in_code,
    in_words,
    is_accepted,
)
from crewprof.semantics.refusals.objection import Kind, Objection, Outcome
from crewprof.semantics.refusals.objects import LISTED
from crewprof.semantics.refusals.task_paths import is_inside, wanted_of_output_file
from crewprof.semantics.refusals.written import everybody, inner_place, item_place, written_keys
from crewprof.source.existence import real_path
from crewprof.source.unknown import PythonObject, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crewprof.crew.definition import Agent, Crew
    from crewprof.semantics.refusals.accepted_keys import AcceptedKeys
    from crewprof.semantics.refusals.written import Member
    from crewprof.source.field import Field
    from crewprof.source.place import Place

_AGENT_TYPES: Final = frozenset({"agent", "Agent", "crewai.Agent", "crewai.agent.core.Agent"})
_TASK_TYPES: Final = frozenset(
    {
        "task",
        "Task",
        "crewai.Task",
        "crewai.task.Task",
        "conditional",
        "conditional_task",
        "ConditionalTask",
        "crewai.tasks.conditional_task.ConditionalTask",
    }
)
"""Names of CrewAI's classes in a definition (crewai/project/json_loader.py)."""

_MCP_SLUG: Final = late_pattern(r"^(?:crewai-amp:)?[a-zA-Z0-9][a-zA-Z0-9_-]*(?:#[\w-]+)?$")
"""What ``BaseAgent.validate_mcps`` takes besides an https URL."""

_LEAST: Final = {"max_steps": 1, "max_replans": 0, "max_step_iterations": 1}
"""Lower bounds in ``PlanningConfig`` (crewai/agent/planning_config.py)."""

_NAMED: Final = frozenset(
    {"tools", "llm", "function_calling_llm", "step_callback", "cache_handler"}
    | {"agent", "context", "output_json", "output_pydantic"}
)
"""Keys whose texts a @CrewBase class looks up among its methods (see ``class_names``)."""

_MAY_BE_EMPTY: Final = {
    "agent": ("function_calling_llm",),
    "crew": ("manager_llm", "planning_llm", "chat_llm"),
}
"""Models that CrewAI does not make where Python gives it an empty text."""

_NAMED_TOGETHER: Final = frozenset({"tools", "context"})
"""Those under which a list or mapping of names is looked up."""

_WITHOUT_NONE: Final = frozenset({"before_kickoff_callbacks", "after_kickoff_callbacks"})
"""Lists of which CrewAI drops what is None."""

_OBJECTS: Final = {
    "agent": "object?",
    "context": "list[object]?",
    "manager_agent": "object|mapping?",
    **dict.fromkeys(("tools", "knowledge_sources"), "list[mapping|object]?"),
    "skills": "list[str|mapping|object]?",
    **dict.fromkeys(_WITHOUT_NONE, "list[function?]"),
}
"""Keys that take objects themselves where Python makes them."""

_BY_CLASS: Final = {
    "a2a": "mapping|object|list[mapping|object]?",
    "processed_by_agents": "list[str]",
    "tools_handler": "mapping|object",
    "execution_logs": "list[mapping]",
    "crew": "str|mapping|object?",
    "executor_class": "str|callable|object",
    **dict.fromkeys(("start_time", "end_time"), "float|str|object?"),
}
"""Fields of classes for which no plain kind is recorded."""

_BOTH_WAYS: Final = frozenset({"agents", "tasks"})
"""Keys of a crew that are judged elsewhere, as they may be mappings."""


def wrong_values(crew: Crew, version: str) -> Iterator[Objection]:
    """Every value of an agent, task or the crew that CrewAI refuses."""
    table = definition_keys if crew.written.is_definition else accepted_keys
    for member in everybody(crew):
        accepted = table("task" if member.is_task else "agent", version)
        for one in _of_member(crew, member, accepted, version):
            yield replace(one, tasks=member.tasks, agents=member.agents)
    for key, field in crew.fields.items():
        kind = _kind_of(crew, key, field, table("crew", version)) if key not in _BOTH_WAYS else "any"
        if _is_judged(crew, field, "owner") and not is_accepted(field.value, kind):
            yield _wrong("the crew", key, field.place, f"{in_words(kind)}, not {describe(field.value)}")
    if crew.written.is_definition:
        yield from _of_crew(crew)


def _of_member(crew: Crew, member: Member, accepted: AcceptedKeys, version: str) -> Iterator[Objection]:
    yield from _of_wrong_type(crew, member.owner, member.label, accepted)
    if isinstance(member.owner, Task):
        yield from _of_task(crew, member.owner)
    else:
        yield from _of_agent(crew, member.owner, version)


def _wrong(what: str, key: str, place: Place, wanted: str) -> Objection:
    return Objection(
        Kind.WRONG_VALUE,
        Outcome.REFUSED,
        f"CrewAI refuses {key} of {what}: it must be {wanted}",
        place,
        key=key,
    )


def _kind_of(crew: Crew, key: str, field: Field, accepted: AcceptedKeys) -> str:
    kind = accepted.types.get(key, "any")
    is_set_by_crewai = crew.written.is_definition and key in accepted.runtime
    if key in accepted.types and not is_set_by_crewai:
        kind = _BY_CLASS.get(key, kind)
    if crew.written.is_definition:
        return f"list[{kind[5:-1]}?]" if key in _WITHOUT_NONE else kind
    may_be_empty = _MAY_BE_EMPTY["crew" if "tasks" in accepted.types else "agent"]
    # What is wrong with an object in the place of a list is told by
    # :mod:`crewprof.semantics.refusals.objects`.
    if key in LISTED and isinstance(field.value, PythonObject):
        return "any"
    if key in may_be_empty and field.value == "":
        return "any"
    holds_names = isinstance(field.value, str) or (key in _NAMED_TOGETHER and _holds_text(field.value))
    is_name = field.is_looked_up and key in _NAMED and bool(field.value) and holds_names
    if is_name or key not in accepted.types:
        return "any"
    return _OBJECTS.get(key) or in_code(kind)


def _holds_text(value: object) -> bool:
    """Whether a value is a text, or a list or mapping of texts only, as far as CrewAI looks."""
    items = value if isinstance(value, list | dict) else [value]
    return all(isinstance(item, str) for item in items)


def _is_judged(crew: Crew, field: Field, inside: str) -> bool:
    """Whether CrewAI looks at the value: a definition may drop nulls, except those in ``settings``."""
    return not (crew.written.drops_nulls and field.value is None and inside != "settings")


def _of_wrong_type(crew: Crew, owner: Agent | Task, what: str, accepted: AcceptedKeys) -> Iterator[Objection]:
    for written in written_keys(owner):
        kind = _kind_of(crew, written.key, written.field, accepted)
        value = written.field.value
        required = written.key in ("role", "goal", "backstory", "description", "expected_output")
        is_missing = value is None and required and written.inside != "settings"
        if is_missing or not _is_judged(crew, written.field, written.inside):
            continue
        if not is_accepted(value, kind):
            wanted = f"{in_words(kind)}, not {describe(value)}{_misspelt_model(kind, value)}"
            yield _wrong(what, written.key, written.field.place, wanted)


def _misspelt_model(kind: str, value: object) -> str:
    """A hint where the mapping of an ``llm`` has nearly a ``model``."""
    from crewprof.suggestion import did_you_mean

    guess = (
        did_you_mean("model", filter(_is_text, value))
        if kind.removesuffix("?") == "llm" and isinstance(value, dict)
        else None
    )
    return f" without one; did you mean `model` for `{guess}`?" if guess else ""


def _is_text(key: object) -> bool:
    return isinstance(key, str)


def _of_agent(crew: Crew, agent: Agent, version: str) -> Iterator[Objection]:
    what = f"agent '{agent.name}'"
    yield from _type(crew, agent, what, _AGENT_TYPES, "Agent")
    yield from _planning_config(crew, agent, what, version)
    for key, is_right, wanted in (
        ("apps", _is_app, "names of apps such as gmail or gmail/send_email"),
        ("mcps", _is_mcp, "https:// addresses, names of servers, or mappings with a command or url"),
    ):
        field = agent.fields.get(key)
        if field is None or not isinstance(field.value, list):
            continue
        for index, item in enumerate(field.value):
            if not is_right(item):
                place = item_place(crew, field, index)
                yield _wrong(what, key, place, f"a list of {wanted}, not {describe(item)}")
    yield from _llm(crew, agent, what)


def _type(
    crew: Crew, owner: Agent | Task, what: str, names: frozenset[str], common: str
) -> Iterator[Objection]:
    field = owner.fields.get("type")
    if (
        field is None
        or not crew.written.is_definition
        or field.value is None
        or isinstance(field.value, dict)
    ):
        return
    if not isinstance(field.value, str) or field.value not in names:
        yield _wrong(what, "type", field.place, f"{common} or a Python class, not {describe(field.value)}")


def _planning_config(crew: Crew, agent: Agent, what: str, version: str) -> Iterator[Objection]:
    field = agent.fields.get("planning_config")
    if field is None or not isinstance(field.value, dict):
        return
    accepted = definition_keys("planning_config", version).types
    for key, value in field.value.items():
        kind = accepted.get(str(key), "any")
        least = _LEAST.get(str(key))
        number = whole_number(value)
        if not is_accepted(value, kind):
            wanted = f"{in_words(kind)}, not {describe(value)}"
        elif least is not None and number is not None and number < least:
            wanted = f"at least {least}"
        else:
            continue
        yield _wrong(what, f"planning_config.{key}", inner_place(crew, field, str(key)), wanted)


def _is_app(item: object) -> bool:
    return _may_be_settings(item) or (isinstance(item, str) and item.count("/") <= 1)


def _may_be_settings(item: object) -> bool:
    """Whether an item may be a settings object of Python."""
    return isinstance(item, Unknown) and (not isinstance(item, PythonObject) or item.sort is None)


def _is_mcp(item: object) -> bool:
    if isinstance(item, str):
        return item.startswith("https://") or bool(_MCP_SLUG.match(item))
    if isinstance(item, dict):
        return any(isinstance(item.get(key), str | Unknown) for key in ("command", "url"))
    return _may_be_settings(item)


def _llm(crew: Crew, agent: Agent, what: str) -> Iterator[Objection]:
    field = agent.fields.get("llm")
    if field is None or field.is_looked_up:
        return
    if field.value == "" and crew.written.is_definition:
        yield _wrong(what, "llm", field.place, "the name of a model")
    if not isinstance(field.value, dict):
        return
    if not crew.written.is_definition:
        return
    # LLMDefinition wants a model; load_crew hands the mapping to Agent, which takes other keys too.
    is_checked = not crew.written.names_agent_files and is_accepted(field.value, "llm")
    if is_checked and not isinstance(field.value.get("model"), str):
        yield _wrong(what, "llm", field.place, "a model name or a mapping with a text under model")


def _of_task(crew: Crew, task: Task) -> Iterator[Objection]:
    what = f"task '{task.name}'"
    yield from _type(crew, task, what, _TASK_TYPES, "Task or ConditionalTask")
    yield from _output_file(task, what)
    if not crew.written.is_definition:
        return
    yield from _guardrails(task, what)
    yield from _input_files(crew, task, what)
    converter = task.fields.get("converter_cls")
    if converter is not None and isinstance(converter.value, str):
        yield _wrong(what, "converter_cls", converter.place, "a Python class: {python: module.Class}")


def _output_file(task: Task, what: str) -> Iterator[Objection]:
    field = task.fields.get("output_file")
    if field is None or not isinstance(field.value, str):
        return
    wanted = wanted_of_output_file(field.value)
    if wanted is not None:
        yield _wrong(what, "output_file", field.place, wanted)


def _guardrails(task: Task, what: str) -> Iterator[Objection]:
    field = task.fields.get("guardrails")
    if field is None or field.value is None:
        return
    items = field.value if isinstance(field.value, list) else [field.value]
    is_reference = isinstance(field.value, dict)
    if is_reference or not all(is_accepted(item, "guardrail") for item in items):
        wanted = f"a sentence, or a list of sentences and Python functions, not {describe(field.value)}"
        yield _wrong(what, "guardrails", field.place, wanted)


def _input_files(crew: Crew, task: Task, what: str) -> Iterator[Objection]:
    """``_normalize_input_files`` (crewai/project/json_loader.py)."""
    field = task.fields.get("input_files")
    if field is None or not isinstance(field.value, dict):
        return
    root = real_path(crew.project_root)
    for name, spec in field.value.items():
        given = [spec] if isinstance(spec, str) else []
        if isinstance(spec, dict):
            given = [spec[key] for key in ("source", "path") if isinstance(spec.get(key), str)]
        if any(not is_inside(path, root) for path in given):
            place = inner_place(crew, field, str(name))
            yield _wrong(what, f"input_files.{name}", place, "a path inside the project")


def _of_crew(crew: Crew) -> Iterator[Objection]:
    agents = crew.fields.get("agents")
    if agents is not None and isinstance(agents.value, dict):
        for name in agents.value:
            if not isinstance(name, str):
                place = next((agent.place for agent in crew.agents if agent.name == str(name)), agents.place)
                yield Objection(
                    Kind.WRONG_VALUE,
                    Outcome.REFUSED,
                    f"CrewAI refuses the agent name {name}: it must be text, so put it in quotes",
                    place,
                    agents=(str(name),),
                    key="agents",
                )
    if agents is not None and crew.written.names_agent_files and crew.written.agents is not None:
        yield _wrong("the crew", "agents", agents.place, "a list of names, each of a file in agents/")
    for key, wanted in (
        ("process", "sequential or hierarchical"),
        ("inputs", "a mapping of names to values"),
    ):
        field = crew.fields.get(key)
        if field is not None and field.value is None and not crew.written.drops_nulls:
            yield _wrong("the crew", key, field.place, f"{wanted}, not empty")
    caller = crew.fields.get("function_calling_llm")
    if caller is not None and caller.value == "":
        yield _wrong("the crew", "function_calling_llm", caller.place, "the name of a model, not empty")
    manager = crew.fields.get("manager_agent")
    if manager is not None and isinstance(manager.value, dict) and "python" not in manager.value:
        yield _wrong("the crew", "manager_agent", manager.place, "the name of one of its agents")
    sources = crew.fields.get("knowledge_sources")
    for owner, field in (
        ("the crew", sources),
        *((f"agent '{agent.name}'", agent.fields.get("knowledge_sources")) for agent in crew.agents),
    ):
        for index, item in enumerate(field.value if field and isinstance(field.value, list) else ()):
            if field is not None and not isinstance(item, dict | Unknown):
                yield _wrong(owner, "knowledge_sources", item_place(crew, field, index), "a list of mappings")
