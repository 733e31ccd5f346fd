"""Objects of Python that CrewAI does not take where they are given: a class for a tool, a task for an agent.

pydantic asks for instances (crewai/agent/core.py, task.py, crew.py); what is none of them is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeGuard

from crewprof.crew.typed_fields import describe
from crewprof.semantics.refusals.accepted_keys import accepted_keys
from crewprof.semantics.refusals.llm_settings import LLMS_OF_CREW
from crewprof.semantics.refusals.objection import Kind, Objection, Outcome
from crewprof.semantics.refusals.written import everybody, item_place
from crewprof.source.field import ObjectName
from crewprof.source.unknown import PythonObject

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crewprof.crew.definition import Agent, Crew, Model, Task
    from crewprof.source.field import Field
    from crewprof.source.place import Place
    from crewprof.source.unknown import ObjectSort

    Wanted = Mapping[str, "ObjectSort"]

_LISTS: Final[Mapping[str, Wanted]] = {
    "agent": {"tools": "tool", "knowledge_sources": "knowledge source"},
    "task": {"tools": "tool", "context": "task"},
    "crew": {"agents": "agent", "tasks": "task", "knowledge_sources": "knowledge source"},
}
"""Keys that take a list, and what its items must be."""

MEMBERS: Final = ("agents", "tasks")
LISTED: Final = frozenset(key for keys in _LISTS.values() for key in keys)

_SINGLE: Final[Mapping[str, Wanted]] = {
    "agent": {"llm": "llm", "function_calling_llm": "llm"},
    "task": {
        "agent": "agent",
        "output_json": "model class",
        "output_pydantic": "model class",
        "response_model": "model class",
        "converter_cls": "converter class",
    },
    "crew": {"manager_agent": "agent", **dict.fromkeys(LLMS_OF_CREW, "llm")},
}
IN_WORDS: Final[Mapping[ObjectSort, str]] = {
    "agent": "an agent",
    "task": "a task",
    "crew": "a crew",
    "llm": "an LLM",
    "tool": "a tool",
    "class": "a class",
    "model class": "a class of BaseModel",
    "marked class": "a class",
    "tool class": "a class",
    "converter class": "a class of Converter",
    "function": "a function",
    "method": "a method",
    "langchain object": "an object of LangChain",
    "knowledge source": "a knowledge source",
    "plain object": "an object of the project",
}


def wrong_objects(crew: Crew, version: str) -> Iterator[Objection]:
    """Every object that is none of what CrewAI takes under its key."""
    if crew.written.is_definition:
        return
    takes_any = accepted_keys("agent", version).types.get("llm") == "any"
    for member in everybody(crew):
        owner = "task" if member.is_task else "agent"
        for message, field, index, key in _wrong(owner, member.label, member.owner):
            if takes_any and _is_foreign(field.value):
                continue
            place = _place(field) if index is None else item_place(crew, field, index)
            yield Objection(
                Kind.WRONG_VALUE,
                Outcome.REFUSED,
                message,
                place,
                tasks=member.tasks,
                agents=member.agents,
                key=key,
            )
    for message, field, _, key in _wrong("crew", "the crew", crew):
        if takes_any and _is_foreign(field.value):
            continue
        yield Objection(Kind.WRONG_VALUE, Outcome.REFUSED, message, _place(field), key=key)


def _place(field: Field) -> Place:
    """Where the field stands; of an object of LangChain, where it is made."""
    return field.value.place if _is_of_langchain(field.value) else field.place


def _is_of_langchain(value: object) -> TypeGuard[PythonObject]:
    return isinstance(value, PythonObject) and value.sort == "langchain object"


def _is_foreign(value: object) -> bool:
    """Whether an object is of a class that CrewAI does not know: versions that take any LLM may take it."""
    return isinstance(value, PythonObject) and value.sort in ("langchain object", "plain object")


def _wrong(
    owner: str, label: str, given: Agent | Task | Crew
) -> Iterator[tuple[str, Field, int | None, str]]:
    """What to say, of which field, of which of its items, under which key."""
    fields = given.fields
    for key, wanted in _SINGLE[owner].items():
        field = fields.get(key)
        if field is not None and (problem := _problem(field.value, wanted)):
            if _is_of_langchain(field.value):
                problem += _as_llm(getattr(given, key))
            yield f"CrewAI refuses {key} of {label}: {problem}", field, None, key
    for key, wanted in _LISTS[owner].items():
        field = fields.get(key)
        if field is None:
            continue
        problem = _no_list(owner, key, field.value)
        if problem is not None:
            yield f"CrewAI refuses {key} of {label}: {problem}", field, None, key
        for index, item in enumerate(field.value if isinstance(field.value, list) else ()):
            problem = _no_member(key, item) or _problem(item, wanted)
            if problem is not None:
                yield f"CrewAI refuses {key} of {label}: {problem}", field, index, key


def _as_llm(model: Model | None) -> str:
    """What to write in the place of an object of LangChain."""
    name = "…" if model is None or model.id is None else f'"{model.id}"'
    return f"; write LLM(model={name})"


def _no_list(owner: str, key: str, value: object) -> str | None:
    """What is wrong with a value where a list is wanted; ``None`` if nothing is, or other rules say it."""
    if isinstance(value, PythonObject) and value.sort is not None:
        return f"it must be a list, not {IN_WORDS[value.sort]}"
    is_empty = value is None and key in MEMBERS
    if owner == "crew" and (is_empty or isinstance(value, dict | str | bool | int | float)):
        return f"it must be a list, not {describe(value)}"
    return None


def _no_member(key: str, item: object) -> str | None:
    """What is wrong with what is no object of Python among a crew's agents or tasks."""
    if key not in MEMBERS or isinstance(item, ObjectName | dict):
        return None
    if item is None or isinstance(item, str | bool | int | float | list):
        return f"it holds {describe(item) if item is not None else None}"
    return None


def _problem(value: object, wanted: ObjectSort) -> str | None:
    """What is wrong with an object where one of a sort is wanted; ``None`` if nothing is."""
    if not isinstance(value, PythonObject) or value.sort is None or value.sort == wanted:
        return None
    if value.sort == "langchain object" and wanted != "llm":
        return None  # CrewAI takes its tools
    classes = ("class", "tool class") if wanted == "model class" else ("class", "tool class", "model class")
    if wanted in ("model class", "converter class") and value.sort not in classes:
        return None  # what is no class counts as nothing
    what = f"{value.name} is {IN_WORDS[value.sort]}, not {IN_WORDS[wanted]}"
    if wanted == "model class" and value.sort == "tool class":
        return f"{value.name} is the class of a tool, not of an answer"
    if value.sort == "method" and wanted != "tool":
        return f"{what}; call it: {value.name}()"
    if wanted == "tool" and value.sort == "tool class":
        return f"{what}; write {value.name}()"
    if wanted == "tool" and value.sort == "function":
        return f"{what}; put @tool above it"
    return what
