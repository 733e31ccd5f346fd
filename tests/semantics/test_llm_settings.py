"""Settings of LLMs: an error where CrewAI's LLM cannot be made, or cannot make its first call; else none."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import httpx
from hypothesis import given, settings
from hypothesis import strategies as st

from crewprof.analysis.pipeline import analyse_crew
from crewprof.crew.loaders.plain_python.loader import load
from crewprof.findings import Severity
from crewprof.semantics.behavior import NEWEST
from crewprof.semantics.refusals.accepted_keys import llm_settings
from crewprof.source.documents import Documents
from crewprof.source.text import SourceText
from tests.conformance.offline import go_offline
from tests.rules.checking import options

if TYPE_CHECKING:
    from collections.abc import Callable

MODELS = ("gpt-4o", "o3-mini", "anthropic/claude-sonnet-4-5", "ollama/llama3.1", "openrouter/x/y")
KEYS = {
    *("temperature", "timeout", "stream", "seed", "stop", "max_tokens", "max_retries", "top_p", "top_k"),
    *("api_key", "base_url", "n", "reasoning_effort", "max_completion_tokens", "response_format"),
    *("logprobs", "presence_penalty", "api", "organization", "temprature", "max_token", "stop_sequences"),
    *("additional_params", "thinking", "drop_params", "callbacks", "store", "user", "context_window_size"),
}
VALUES: tuple[Any, ...] = (
    *("30s", "30", "0.5", "hot", "yes", "", "completions", "low", 30, -1, 0, 1, 0.5, 2.0, True, None),
    *([], ["x"], [1], {}, {"type": "json_object"}, {"type": "json_schema"}),
)

EXAMPLES = int(os.environ.get("CREWPROF_MISTAKES", "60"))


def said(model: str, given: dict[str, Any]) -> list[str]:
    """Errors of crewprof about a crew whose agent has such an LLM."""
    text = (
        "from crewai import LLM, Agent, Crew, Task\n"
        f"a = Agent(role='R', goal='G', backstory='B', llm=LLM(model={model!r}, **{given!r}))\n"
        "crew = Crew(agents=[a], tasks=[Task(description='D', expected_output='E', agent=a)])\n"
    )
    loaded = load("crew.py", Documents().with_texts({"crew.py": SourceText("crew.py", text)}))
    found = analyse_crew(loaded.crews[0], options()).findings
    return [one.message for one in found if one.severity is Severity.ERROR]


def raised(model: str, given: dict[str, Any]) -> Exception | None:
    """What making the LLM raises, or its first call, whose answer comes from here."""
    go_offline()
    from crewai import LLM

    keys = dict.fromkeys(("ANTHROPIC_API_KEY", "OPENROUTER_API_KEY"), "x")
    try:
        with patch.dict(os.environ, keys):
            llm = LLM(model=model, **given)
        # Only OpenAI's client checks what it is given before it asks.
        if "anthropic" not in model and given.get("max_retries") != -1:
            with patch("httpx.Client.send", _answered(bool(llm.stream))):
                llm.call("Hi")
    except Exception as error:
        return error
    return None


def _answered(stream: bool) -> Callable[..., httpx.Response]:
    message = {"role": "assistant", "content": "Hello"}
    choice = {"index": 0, "finish_reason": "stop", "delta" if stream else "message": message}
    body = {"id": "x", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice]}

    def send(_: httpx.Client, request: httpx.Request, **__: Any) -> httpx.Response:
        if stream:
            kind = {"content-type": "text/event-stream"}
            text = f"data: {httpx.Response(200, json=body).text}\n\ndata: [DONE]\n\n"
            return httpx.Response(200, text=text, headers=kind, request=request)
        return httpx.Response(200, json=body, request=request)

    return send


@settings(max_examples=EXAMPLES, deadline=None, database=None)
@given(st.sampled_from(MODELS), st.sampled_from(sorted(KEYS)), st.sampled_from(VALUES))
def test_settings_are_judged_as_crewai_does(model: str, key: str, value: Any) -> None:
    error = raised(model, {key: value})

    assert bool(said(model, {key: value})) is (error is not None), (model, key, value, error)


def test_versions_whose_llms_take_anything_are_not_judged() -> None:
    assert llm_settings("openai", "1.9.0") is None
    found = llm_settings("deepseek", NEWEST)
    assert found is not None
    assert found.types["timeout"] == "float?"
