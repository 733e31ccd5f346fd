"""What CrewAI's own OpenAI provider puts on the wire, against crewprof's prompts."""

from __future__ import annotations

import contextlib
import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import openai
import pytest

from tests.conformance import comparing, running
from tests.conformance.recording_llm import example_value
from tests.conformance.test_later_calls import SCHEMA, TOOLS, crew

if TYPE_CHECKING:
    from crewprof.semantics.call import Prompt

WITH_OPTIONS = {
    "title": "Findings",
    "type": "object",
    "properties": {
        "items": {"type": "array", "items": {"type": "object", "properties": {"name": {"type": "string"}}}},
        "note": {"anyOf": [{"type": "string"}, {"type": "null"}]},
    },
    "required": ["items"],
}

CASES: dict[str, dict[str, Any]] = {
    "plain": crew(),
    "custom tools": crew(TOOLS),
    "library tools": crew({"tools": ["FileReadTool", "DirectoryReadTool", "ScrapeWebsiteTool"]}),
    "delegation": crew({"allow_delegation": True}),
    "structured": crew(task={"output_pydantic": SCHEMA}),
    "nested": crew(task={"output_json": WITH_OPTIONS}),
    "structured with tools": crew(TOOLS, {"output_pydantic": SCHEMA}),
    "hierarchy": crew(process="hierarchical", manager_llm="gpt-4o"),
}


def requests_of(definition: dict[str, Any]) -> list[dict[str, Any]]:
    """Bodies of the completion requests of a run whose provider is a local stand-in."""
    bodies: list[dict[str, Any]] = []
    last = definition["tasks"][-1]
    schema = last.get("output_pydantic") or last.get("output_json") or {"type": "string"}
    structured = json.dumps(example_value(schema))

    def answer(request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content or b"{}")
        if not request.url.path.endswith("/chat/completions"):
            return httpx.Response(200, json={"object": "response.input_tokens", "input_tokens": 10})
        bodies.append(body)
        content = structured if len(bodies) > 1 else "Done."
        message = {"role": "assistant", "content": content}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
        reply = {"id": "1", "object": "chat.completion", "created": 1, "model": "gpt-4o"}
        return httpx.Response(200, json={**reply, "choices": [choice], "usage": usage})

    client = openai.OpenAI(api_key="x", http_client=httpx.Client(transport=httpx.MockTransport(answer)))
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        loaded, inputs = running.load(definition, Path(folder))
        for agent in loaded.agents:
            agent.llm._client = client
        if loaded.manager_llm is not None:
            from crewai import LLM

            loaded.manager_llm = LLM(model="gpt-4o")
            loaded.manager_llm._client = client
        loaded.kickoff(inputs=inputs)
    return bodies


@pytest.mark.parametrize("case", CASES)
def test_the_first_request_of_each_task(case: str) -> None:
    definition = CASES[case]
    bodies = requests_of(definition)
    read = comparing.load(definition)
    outputs = {"one": "Done."}
    assert len(bodies) == len(read.tasks)
    for task, body in zip(read.tasks, bodies, strict=True):
        prompt = comparing.prompt_of(read, task, function_calling=True)
        assert [comparing.sent(message, outputs) for message in prompt.messages] == [
            (message["role"], message["content"]) for message in body["messages"]
        ]
        # As text, since the order of keys decides what is counted.
        assert json.dumps(tools_on_the_wire(prompt)) == json.dumps(body.get("tools", []))
        assert json.dumps(response_format(prompt)) == json.dumps(body.get("response_format"))


def tools_on_the_wire(prompt: Prompt) -> list[dict[str, Any]]:
    """The tools as OpenAI's API takes them."""
    return [
        {
            "type": "function",
            "function": {
                "name": tool.name,
                "description": tool.description,
                "strict": True,
                "parameters": tool.parameters,
            },
        }
        for tool in prompt.tools
    ]


def response_format(prompt: Prompt) -> dict[str, Any] | None:
    """The answer's schema as OpenAI's API takes it."""
    schema = prompt.response_schema
    if schema is None:
        return None
    described = {"schema": schema.json_schema, "name": schema.name, "strict": True}
    return {"type": "json_schema", "json_schema": described}
