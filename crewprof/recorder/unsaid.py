"""What CrewAI's events leave unsaid: the usage of calls before 1.14.5 and of calls whose tools CrewAI runs
inside them, and the conversions to JSON that go past its own LLM classes (``instructor``)."""

from __future__ import annotations

import functools
import threading
import uuid
from typing import TYPE_CHECKING, Any

from . import kinds
from .budget import BudgetReached

if TYPE_CHECKING:
    from types import ModuleType

    from .observer import Observer

OBSERVERS: list[Observer] = []
"""Who listens in this process."""
_MARK = "_crewprof_listens"
_telling = threading.local()
"""The usage that is being told of in this thread."""


def listen_to_usage(base_llm: ModuleType) -> None:
    """Hear what each request of a provider has used, from where CrewAI adds it up."""
    owner = base_llm.BaseLLM
    counted = owner._track_token_usage_internal
    if not hasattr(counted, _MARK):
        owner._track_token_usage_internal = telling_of_usage(counted)


def telling_of_usage(counted: Any) -> Any:
    """The method ``counted``, where an LLM adds up what each of its requests has used, but telling of it."""

    @functools.wraps(counted)
    def count_and_tell(llm: Any, usage_data: Any) -> Any:
        if getattr(_telling, "usage", None) is usage_data:  # handed on to the class it derives from
            return counted(llm, usage_data)
        for one in tuple(OBSERVERS):
            try:
                one.usage_reported(usage_data)
            except Exception:
                continue
        _telling.usage = usage_data
        try:
            return counted(llm, usage_data)
        finally:
            _telling.usage = None

    setattr(count_and_tell, _MARK, True)
    return count_and_tell


def listen_to_instructor(module: ModuleType) -> None:
    """Hear of the conversions that ``instructor`` makes with a client of its own."""
    owner = module.InternalInstructor
    convert = owner.to_pydantic
    if getattr(convert, _MARK, False):
        return

    @functools.wraps(convert)
    def convert_and_tell(instructor: Any) -> Any:
        call_id = uuid.uuid4().hex
        observers = tuple(OBSERVERS)
        for one in observers:
            _begin(one, call_id, instructor)
        try:
            converted = convert(instructor)
        except BaseException:
            for one in observers:
                _end(one, call_id, None, failed=True)
            raise
        for one in observers:
            _end(one, call_id, converted, failed=False)
        return converted

    setattr(convert_and_tell, _MARK, True)
    owner.to_pydantic = convert_and_tell


def _begin(observer: Observer, call_id: str, instructor: Any) -> None:
    llm = instructor.llm
    model = llm if isinstance(llm, str) else getattr(llm, "model", None)
    messages = [{"role": "user", "content": getattr(instructor, "content", "")}]
    try:
        whose = observer.whose_converter()
        observer.begin(call_id, llm, model, whose, kinds.CONVERTER, messages, None)
    except BudgetReached:
        raise
    except Exception:
        return


def _end(observer: Observer, call_id: str, converted: Any, *, failed: bool) -> None:
    try:
        call = observer.take(call_id)
        if call is None:
            return
        # instructor adds up the usage of its attempts on the last response.
        raw = getattr(converted, "_raw_response", None)
        observer.end(call, observer.usages(getattr(raw, "usage", None)), failed=failed, response=None)
    except Exception:
        return
