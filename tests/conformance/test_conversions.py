"""How often CrewAI asks again for an answer in the task's schema, where the model never gives one."""

from __future__ import annotations

import contextlib
import io
from typing import Any

import httpx
import pytest
from crewai import LLM
from crewai.llms.base_llm import BaseLLM
from crewai.utilities.converter import Converter
from pydantic import BaseModel, PrivateAttr

from crewprof.semantics.call import CallKind
from crewprof.semantics.calls import call_rules
from crewprof.semantics.prompt_setting import PromptSetting
from tests.conformance.comparing import installed_texts, load, newest, today
from tests.conformance.test_later_calls import SCHEMA, TOOLS, crew


class Answer(BaseModel):
    number: int


class Rambling(BaseLLM):  # type: ignore[misc]
    """Never answers in the schema, and counts how often it is asked."""

    calls_functions: bool
    _asked: int = PrivateAttr(default=0)

    def call(self, *_: Any, **__: Any) -> str:
        self._asked += 1
        return "It depends."

    def supports_function_calling(self) -> bool:
        return self.calls_functions


def calls_of(llm: Rambling, method: str) -> int:
    converter = Converter(llm=llm, text="x", model=Answer, instructions="i")
    with contextlib.suppress(Exception), contextlib.redirect_stdout(io.StringIO()):
        getattr(converter, method)()
    return llm._asked


def most(key: str, *, function_calling: bool) -> int | None:
    read = load(crew(TOOLS, task={key: SCHEMA}))
    setting = PromptSetting(installed_texts(), newest(), today(), lambda _: function_calling)
    (rule,) = [one for one in call_rules(read, read.tasks[1], setting) if one.kind is CallKind.CONVERTER]
    return rule.most


@pytest.mark.parametrize("function_calling", [True, False])
def test_a_class_is_asked_for_until_crewai_gives_up(function_calling: bool) -> None:
    made = calls_of(Rambling(model="m", calls_functions=function_calling), "to_pydantic")
    assert made == most("output_pydantic", function_calling=function_calling)


def test_json_in_words_is_asked_for_once() -> None:
    made = calls_of(Rambling(model="m", calls_functions=False), "to_json")
    assert made == most("output_json", function_calling=False)


def test_json_of_a_model_with_function_calling_is_asked_for_by_instructor(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    requests: list[httpx.Request] = []
    message = {"role": "assistant", "content": "It depends."}
    body = {
        "id": "c",
        "object": "chat.completion",
        "created": 1,
        "model": "gpt-4o",
        "choices": [{"index": 0, "finish_reason": "stop", "message": message}],
        "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
    }

    def send(_: httpx.Client, request: httpx.Request, **__: Any) -> httpx.Response:
        requests.append(request)
        return httpx.Response(200, json=body, request=request)

    monkeypatch.setattr(httpx.Client, "send", send)
    monkeypatch.setenv("OPENAI_API_KEY", "x")
    converter = Converter(llm=LLM(model="openai/gpt-4o"), text="x", model=Answer, instructions="i")
    with contextlib.redirect_stdout(io.StringIO()):
        converter.to_json()
    assert len(requests) == most("output_json", function_calling=True)
