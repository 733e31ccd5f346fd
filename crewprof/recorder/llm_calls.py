"""Calls as the LLM classes make them, for what CrewAI's events leave out.

``BaseLLM`` leaves it to each class to tell of its calls, and those that projects write seldom do: each of
their calls counts as one request, unless the class, or one it passes the call on to, tells of it after all.
The class for LiteLLM tells nothing of the end of a call that asks for tools: what is open when it returns has
ended.
"""

from __future__ import annotations

import functools
import inspect
import time
from typing import TYPE_CHECKING, Any, NamedTuple

from .budget import BudgetReached
from .unsaid import OBSERVERS, telling_of_usage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType


_MARK = "_crewprof_tells"
_PLACES = {"messages": 0, "tools": 1, "from_task": 4, "from_agent": 5}
"""Where ``BaseLLM.call`` (1.9.0 to 1.15.30) takes what is looked at, after ``self``."""


class AskedBy(NamedTuple):
    """Who asks, in the words of CrewAI's events."""

    task_id: Any
    agent_id: Any
    agent_role: str | None


def listen_to_calls(base_llm: ModuleType) -> None:
    """Hear of each call of the classes that derive from ``BaseLLM``, those to come and those that exist."""
    owner = base_llm.BaseLLM
    made = owner.__dict__.get("__init_subclass__")
    if hasattr(getattr(made, "__func__", None), _MARK):
        return

    def make_and_wrap(cls: type[Any], /, **given: Any) -> None:
        if made is None:
            super(owner, cls).__init_subclass__(**given)
        else:
            made.__get__(None, cls)(**given)
        _wrap(cls)

    setattr(make_and_wrap, _MARK, True)
    owner.__init_subclass__ = classmethod(make_and_wrap)
    for one in _derived(owner):
        _wrap(one)


def _derived(owner: type[Any]) -> Iterator[type[Any]]:
    for one in owner.__subclasses__():
        yield one
        yield from _derived(one)


def _wrap(cls: type) -> None:
    """Have the methods that ``cls`` itself defines tell of what they do."""
    # CrewAI's own classes emit events for their calls; those of projects seldom do.
    may_tell = cls.__module__.startswith("crewai.")
    _replace(cls, "_track_token_usage_internal", telling_of_usage)
    _replace(cls, "call", lambda method: _telling_of_calls(method, may_tell=may_tell))
    _replace(cls, "acall", lambda method: _telling_of_awaited_calls(method, may_tell=may_tell))


def _replace(cls: type, name: str, telling: Callable[[Any], Any]) -> None:
    method = cls.__dict__.get(name)
    if inspect.isfunction(method) and not hasattr(method, _MARK):
        told = telling(method)
        setattr(told, _MARK, True)
        setattr(cls, name, told)


def _telling_of_calls(method: Any, *, may_tell: bool) -> Any:
    @functools.wraps(method)
    def call(llm: Any, *args: Any, **given: Any) -> Any:
        clock = _begin(llm, args, given, may_tell=may_tell)
        try:
            answer = method(llm, *args, **given)
        except BaseException:
            _end(clock, None, failed=True)
            raise
        _end(clock, answer, failed=False)
        return answer

    return call


def _telling_of_awaited_calls(method: Any, *, may_tell: bool) -> Any:
    @functools.wraps(method)
    async def acall(llm: Any, *args: Any, **given: Any) -> Any:
        clock = _begin(llm, args, given, may_tell=may_tell)
        try:
            answer = await method(llm, *args, **given)
        except BaseException:
            _end(clock, None, failed=True)
            raise
        _end(clock, answer, failed=False)
        return answer

    return acall


def _begin(llm: Any, args: tuple[Any, ...], given: dict[str, Any], *, may_tell: bool) -> float:
    """When the call was made; one that nothing else ``may_tell`` of begins."""
    clock = time.perf_counter()

    def value(name: str) -> Any:
        place = _PLACES[name]
        return given.get(name, args[place] if place < len(args) else None)

    for one in () if may_tell else tuple(OBSERVERS):
        try:
            task, agent = value("from_task"), value("from_agent")
            asked = AskedBy(
                getattr(task, "id", None), getattr(agent, "id", None), getattr(agent, "role", None)
            )
            one.begin_untold(llm, asked, value("messages"), value("tools"))
        except BudgetReached:
            raise
        except Exception:
            continue
    return clock


def _end(clock: float, answer: Any, *, failed: bool) -> None:
    for one in tuple(OBSERVERS):
        try:
            one.end_since(clock, answer, failed=failed)
        except Exception:
            continue
