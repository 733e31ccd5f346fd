"""Bodies of other APIs say the same thing, so they cost the same; what they alone have is told apart."""

from __future__ import annotations

from typing import Any

import pytest

from crewprof.errors import InputError
from crewprof.tokens.request import count_request

SYSTEM, QUESTION, RESULT = "You are a chemist.", "How heavy is a mole of water?", "18.015 g"
SCHEMA = {"type": "object", "properties": {"formula": {"type": "string"}}, "required": ["formula"]}
ARGUMENTS = {"formula": "H2O"}
ANTHROPIC: dict[str, Any] = {
    "model": "claude-sonnet-4-5",
    "max_tokens": 100,
    "system": SYSTEM,
    "messages": [
        {"role": "user", "content": QUESTION},
        {
            "role": "assistant",
            "content": [{"type": "tool_use", "id": "1", "name": "weigh", "input": ARGUMENTS}],
        },
        {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "1", "content": RESULT}]},
    ],
    "tools": [{"name": "weigh", "description": "Molar mass.", "input_schema": SCHEMA}],
}
CONVERSE: dict[str, Any] = {
    "system": [{"text": SYSTEM}],
    "messages": [
        {"role": "user", "content": [{"text": QUESTION}]},
        {
            "role": "assistant",
            "content": [{"toolUse": {"toolUseId": "1", "name": "weigh", "input": ARGUMENTS}}],
        },
        {"role": "user", "content": [{"toolResult": {"toolUseId": "1", "content": [{"text": RESULT}]}}]},
    ],
    "toolConfig": {
        "tools": [
            {"toolSpec": {"name": "weigh", "description": "Molar mass.", "inputSchema": {"json": SCHEMA}}}
        ]
    },
}
OPENAI: dict[str, Any] = {
    "messages": [
        {"role": "system", "content": SYSTEM},
        {"role": "user", "content": QUESTION},
        {
            "role": "assistant",
            "tool_calls": [
                {
                    "id": "1",
                    "function": {"name": "weigh", "arguments": '{"formula":"H2O"}'},
                    "type": "function",
                }
            ],
        },
        {"role": "tool", "tool_call_id": "1", "content": RESULT},
    ],
    "tools": [
        {
            "type": "function",
            "function": {"name": "weigh", "description": "Molar mass.", "parameters": SCHEMA},
        }
    ],
}
GEMINI: dict[str, Any] = {
    "systemInstruction": {"parts": [{"text": SYSTEM}]},
    "contents": [
        {"role": "user", "parts": [{"text": QUESTION}]},
        {"role": "model", "parts": [{"functionCall": {"name": "weigh", "args": ARGUMENTS}}]},
        {"role": "user", "parts": [{"functionResponse": {"name": "weigh", "response": {"result": RESULT}}}]},
    ],
    "tools": [
        {"functionDeclarations": [{"name": "weigh", "description": "Molar mass.", "parameters": SCHEMA}]}
    ],
}
RESPONSES: dict[str, Any] = {"model": "gpt-4o", "instructions": SYSTEM, "input": QUESTION}


def test_the_same_conversation_costs_the_same_on_every_way_to_claude() -> None:
    model = "claude-sonnet-4-5"
    counts = {count_request(body, model).tokens for body in (ANTHROPIC, CONVERSE, OPENAI)}
    assert len(counts) == 1


def test_gemini_counts_calls_results_and_declarations() -> None:
    model = "gemini-2.5-flash"
    whole = count_request(GEMINI, model).tokens
    alone = count_request({**GEMINI, "tools": []}, model).tokens
    asked = count_request({**GEMINI, "contents": GEMINI["contents"][:1], "tools": []}, model).tokens
    assert whole > alone > asked > 0


def test_snake_case_gemini_is_the_same() -> None:
    snake = {
        "system_instruction": GEMINI["systemInstruction"],
        "contents": GEMINI["contents"],
        "tools": [{"function_declarations": GEMINI["tools"][0]["functionDeclarations"]}],
    }
    assert count_request(snake, "gemini-2.5-flash") == count_request(GEMINI, "gemini-2.5-flash")


def test_instructions_are_the_system_message() -> None:
    chat = {"model": "gpt-4o", "messages": OPENAI["messages"][:2]}
    assert count_request(RESPONSES).tokens == count_request(chat).tokens
    assert count_request(RESPONSES).exact


def test_hosted_tools_and_kept_conversations_are_not_exact() -> None:
    searching = count_request({**RESPONSES, "tools": [{"type": "web_search_preview"}]})
    continued = count_request({**RESPONSES, "previous_response_id": "resp_1"})
    assert not searching.exact
    assert not continued.exact
    assert searching.tokens > continued.tokens


def test_ollama_generates_from_a_prompt() -> None:
    assert count_request({"model": "llama3.1", "prompt": QUESTION}).tokens > 8


def test_forcing_a_tool_and_thinking_cost_more_on_claude() -> None:
    choice = {"type": "tool", "name": "weigh"}
    plain = count_request(ANTHROPIC).tokens
    assert count_request({**ANTHROPIC, "tool_choice": choice}).tokens > plain
    assert count_request({**ANTHROPIC, "thinking": {"type": "enabled", "budget_tokens": 1024}}).tokens > plain


def test_a_body_without_a_model_needs_one() -> None:
    with pytest.raises(InputError, match="names no model"):
        count_request(GEMINI)
