"""Calls of classes that Python itself refuses: arguments without a name, an ``LLM`` without its model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crewprof.crew.custom_tools import is_tool_class
from crewprof.crew.definition import Process
from crewprof.errors import InputError
from crewprof.python.uncertain import PartialText
from crewprof.python.values import ANY_ATTRIBUTE, ClassValue, Instance
from crewprof.quick_dataclasses import dataclass
from crewprof.source.fallbacks import has_fallback

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crewprof.python.project import PythonProject
    from crewprof.source.place import Place

_FIRST: Final = {"Agent": "role", "Task": "description", "ConditionalTask": "description", "Crew": "agents"}
"""Classes of crewai that are models of pydantic, with the name that people leave out first."""

_WITHOUT_NAME: Final = {"ConditionalTask": 1}
"""Arguments that need no name: of classes with an ``__init__`` of their own."""

_LLM_POSITIONAL: Final = ("model", "is_litellm")
"""Arguments of ``LLM`` that need no name (``LLM.__new__`` in crewai/llm.py)."""


@dataclass(frozen=True, slots=True)
class _Problem:
    message: str
    place: Place
    hint: str


def is_wrongly_called(made: Instance) -> bool:
    """Whether a class does not take the arguments that an object would be made with."""
    return ANY_ATTRIBUTE not in made.keywords and _problem(made) is not None


def wrong_calls(made: Iterable[Instance], project: PythonProject) -> Iterator[InputError]:
    """An error for each object that the code surely makes with arguments its class does not take, unless it
    has another one at hand."""
    for one in made:
        problem = _problem(one) if one.is_certain and ANY_ATTRIBUTE not in one.keywords else None
        if problem is None:
            continue
        module = project.module_at(one.place.path)
        if module is None or not has_fallback(module.document.tree, one.place.line):
            yield InputError(
                problem.message,
                path=problem.place.path,
                line=problem.place.line,
                column=problem.place.column,
                hint=problem.hint,
            )


def _problem(made: Instance) -> _Problem | None:
    if isinstance(made.callee, ClassValue):
        is_plain = is_tool_class(made.callee) and made.callee.lookup("__init__") is None
        return _unnamed(made, 0, "name") if is_plain else None
    if made.callee.package != "crewai":
        return None
    if made.name == "LLM":
        return _wrong_llm(made)
    if made.name == "Process":
        return _wrong_process(made)
    if made.name in _FIRST:
        return _unnamed(made, _WITHOUT_NAME.get(made.name, 0), _FIRST[made.name])
    return None


def _unnamed(made: Instance, allowed: int, name: str) -> _Problem | None:
    if len(made.arguments) <= allowed:
        return None
    message = f"CrewAI refuses {made.name}(…) with an argument that has no name"
    return _Problem(message, made.arguments[allowed].place, f"name it: {made.name}({name}=…)")


def _wrong_llm(made: Instance) -> _Problem | None:
    twice = [key for key in _LLM_POSITIONAL[: len(made.arguments)] if key in made.keywords]
    if len(made.arguments) > len(_LLM_POSITIONAL):
        message = "CrewAI refuses LLM(…) with more than one argument that has no name"
        return _Problem(message, made.arguments[1].place, "name them: LLM(model=…, temperature=…)")
    if twice:
        message = f"CrewAI refuses LLM(…) with two values for {twice[0]}"
        return _Problem(message, made.keywords[twice[0]].key_place, f"give {twice[0]} once")
    model = made.arguments[0] if made.arguments else made.keywords.get("model")
    if model is None:
        return _Problem("CrewAI refuses LLM(…) without a model", made.place, "write LLM(model=…)")
    is_no_text = model.value is None or isinstance(model.value, bool | int | float | list | tuple | dict)
    if is_no_text or model.value == "":
        return _Problem("CrewAI refuses LLM(…) whose model is no text", model.place, "write LLM(model='…')")
    return None


def _wrong_process(made: Instance) -> _Problem | None:
    given = made.arguments[0] if made.arguments else None
    if given is None or not isinstance(given.value, str) or isinstance(given.value, PartialText):
        return None
    known = [one.value for one in Process]
    if given.value in known:
        return None
    return _Problem(
        f"there is no process '{given.value}'", given.place, f"the processes are: {', '.join(known)}"
    )
