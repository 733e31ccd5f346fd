"""A provider on 127.0.0.1 that speaks the protocols of OpenAI, Azure, Anthropic, Gemini and Bedrock, and
counts what it serves."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.recorder.answers import Answer, Body, Served
from tests.recorder.other_protocols import as_chat, bedrock_response, bedrock_stream, gemini_response

Script = Callable[[Body], Answer]


def text_of(body: Body) -> str:
    return json.dumps(body.get("messages", []))


def tool_messages(body: Body) -> int:
    count = 0
    for message in body.get("messages", []):
        content = message.get("content")
        if message.get("role") == "tool":
            count += 1
        elif isinstance(content, list):
            count += sum(isinstance(one, dict) and one.get("type") == "tool_result" for one in content)
    return count


def value_for(schema: Body, definitions: Body | None = None) -> Any:
    """A value that satisfies a JSON schema as CrewAI writes them."""
    definitions = definitions or schema.get("$defs", {})
    if "$ref" in schema:
        return value_for(definitions[schema["$ref"].rsplit("/", 1)[-1]], definitions)
    for key in ("anyOf", "oneOf", "allOf"):
        if key in schema:
            return value_for(schema[key][0], definitions)
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type", "string")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object":
        return {name: value_for(one, definitions) for name, one in schema.get("properties", {}).items()}
    if kind == "array":
        return [value_for(schema.get("items", {}), definitions)]
    return {"integer": 1, "number": 1.0, "boolean": True, "null": None}.get(kind, "some words")


def schema_of(body: Body) -> Body | None:
    wanted = body.get("response_format") or {}
    of_anthropic = body.get("output_format") or {}
    schema = wanted.get("json_schema", {}).get("schema") or of_anthropic.get("schema")
    return schema if isinstance(schema, dict) else None


def usual(uses: int = 1, words: int = 20, seconds: float = 0.0) -> Script:
    """Answers as a model would: ``uses`` times the first tool, then ``words`` words, or JSON where asked."""

    def answer(body: Body) -> Answer:
        tools = [one.get("function", one) for one in body.get("tools", ())]
        schema = schema_of(body)
        forced = body.get("tool_choice")
        is_forced = isinstance(forced, dict)
        own = [one for one in tools if "memory" not in one["name"]]
        if tools and (is_forced or (own and tool_messages(body) < uses)):
            chosen = tools[0] if is_forced else own[0]
            schema = chosen.get("parameters") or chosen.get("input_schema") or {}
            given = arguments_for(chosen, schema, tool_messages(body))
            return Answer(tools=((chosen["name"], given),), seconds=seconds)
        if schema is not None:
            return Answer(json.dumps(value_for(schema)), seconds=seconds)
        return Answer(" ".join(["word"] * words), seconds=seconds)

    return answer


def arguments_for(tool: Body, schema: Body, turn: int) -> Body:
    made: Body = value_for(schema)
    for name, value in made.items():
        if isinstance(value, str):  # CrewAI stops a loop that asks the same thing five times
            made[name] = f"{value} {turn}"
    if "coworker" in made:
        known = tool.get("description", "").rpartition("coworkers:")[2]
        made["coworker"] = known.split("\n")[0].split(",")[0].strip(" .'\"[]") or "Writer"
    return made


@dataclass
class Provider:
    """The running server; ``served`` holds every billed request, ``refused`` the others' status codes."""

    script: Script
    served: list[Served] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)
    port: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    @property
    def environment(self) -> dict[str, str]:
        return {
            "OPENAI_API_KEY": "dummy-key-of-the-tests",
            "OPENAI_BASE_URL": self.url,
            "OPENAI_API_BASE": self.url,
            "ANTHROPIC_API_KEY": "dummy-key-of-the-tests",
            "ANTHROPIC_BASE_URL": self.url.removesuffix("/v1"),
            "GEMINI_API_KEY": "dummy-key-of-the-tests",
            "GOOGLE_GEMINI_BASE_URL": self.url.removesuffix("/v1"),
            "AZURE_API_KEY": "dummy-key-of-the-tests",
            "AZURE_ENDPOINT": self.url,
            "AWS_ACCESS_KEY_ID": "dummy-key-of-the-tests",
            "AWS_SECRET_ACCESS_KEY": "dummy-key-of-the-tests",
            "AWS_REGION_NAME": "us-east-1",
            "AWS_ENDPOINT_URL_BEDROCK_RUNTIME": self.url.removesuffix("/v1"),
            "CREWAI_DISABLE_TELEMETRY": "true",
            "CREWAI_DISABLE_TRACKING": "true",
            "CREWAI_TRACING_ENABLED": "false",
            "OTEL_SDK_DISABLED": "true",
        }

    def sums(self) -> tuple[int, int, int, int, int]:
        """Calls, and tokens: prompt, completion, cached, reasoning."""
        return (
            len(self.served),
            sum(one.prompt for one in self.served),
            sum(one.completion for one in self.served),
            sum(one.cached for one in self.served),
            sum(one.reasoning for one in self.served),
        )


@contextmanager
def serving(script: Script | None = None) -> Iterator[Provider]:
    provider = Provider(script or usual())

    class Handler(_Handler):
        it = provider

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    provider.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    it: Provider
    protocol_version = "HTTP/1.1"
    timeout = 30

    def log_message(self, *args: Any) -> None:
        return

    def do_POST(self) -> None:
        path = self.path.partition("?")[0]
        body: Body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or b"{}")
        if path.endswith("/embeddings"):
            inputs = body["input"] if isinstance(body["input"], list) else [body["input"]]
            data = [
                {"object": "embedding", "index": index, "embedding": _vector(str(one))}
                for index, one in enumerate(inputs)
            ]
            usage = {"prompt_tokens": 1, "total_tokens": 1}
            self.send({"object": "list", "data": data, "model": body.get("model"), "usage": usage})
        elif path.endswith(("/input_tokens", "/count_tokens")):
            self.send({"object": "response.input_tokens", "input_tokens": 100})
        elif path.endswith("/chat/completions"):
            self.chat(body)
        elif path.endswith("/messages"):
            self.anthropic(body)
        elif path.endswith(("enerateContent", "/converse", "/converse-stream")):
            self.other(path, body)
        else:
            self.send({"error": {"message": f"no such path {self.path}"}}, 404)

    def send(self, value: Body, status: int = 200) -> None:
        data = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def answer_to(self, body: Body) -> Answer | None:
        answer = self.it.script(body)
        if answer.seconds:
            time.sleep(answer.seconds)
        if answer.status != 200:
            with self.it.lock:
                self.it.refused.append(answer.status)
            self.send(
                {"error": {"message": "refused", "type": "error", "code": str(answer.status)}}, answer.status
            )
            return None
        return answer

    def bill(self, body: Body, answer: Answer) -> Served:
        prompt = len(text_of(body)) // 4 + len(json.dumps(body.get("tools", []))) // 5
        cached = 128 * (prompt // 256) if tool_messages(body) else 0
        made = len(answer.text.split()) + 12 * len(answer.tools)
        made = made if answer.words is None else answer.words
        reasoning = 3 if prompt % 2 else 0
        served = Served(
            self.path,
            body.get("model", ""),
            prompt,
            made + reasoning,
            cached,
            reasoning,
            answer.seconds,
            body,
        )
        with self.it.lock:
            self.it.served.append(served)
        return served

    def chat(self, body: Body) -> None:
        answer = self.answer_to(body)
        if answer is None:
            return
        served = self.bill(body, answer)
        usage = {
            "prompt_tokens": served.prompt,
            "completion_tokens": served.completion,
            "total_tokens": served.prompt + served.completion,
            "prompt_tokens_details": {"cached_tokens": served.cached},
            "completion_tokens_details": {"reasoning_tokens": served.reasoning},
        }
        calls = [
            {
                "id": f"call_{number}_{id(served)}",
                "type": "function",
                "function": {"name": name, "arguments": json.dumps(given)},
            }
            for number, (name, given) in enumerate(answer.tools)
        ]
        head = {"id": f"chatcmpl-{id(served)}", "created": 1, "model": body.get("model")}
        finish = "tool_calls" if calls else "stop"
        if body.get("stream"):
            self.stream(head, answer, calls, finish, usage if wants_usage(body) else None)
            return
        message: Body = {"role": "assistant", "content": None if calls else answer.text}
        if calls:
            message["tool_calls"] = calls
        choice = {"index": 0, "message": message, "finish_reason": finish}
        self.send({**head, "object": "chat.completion", "choices": [choice], "usage": usage})

    def stream(self, head: Body, answer: Answer, calls: list[Body], finish: str, usage: Body | None) -> None:
        deltas: list[Body] = [{"role": "assistant", "content": ""}]
        if calls:
            deltas += [{"tool_calls": [{"index": number, **one}]} for number, one in enumerate(calls)]
        else:
            deltas += [{"content": answer.text[at : at + 20]} for at in range(0, len(answer.text), 20)]
        chunk = {**head, "object": "chat.completion.chunk"}
        events = [{**chunk, "choices": [{"index": 0, "delta": one, "finish_reason": None}]} for one in deltas]
        events.append({**chunk, "choices": [{"index": 0, "delta": {}, "finish_reason": finish}]})
        if usage is not None:
            events.append({**chunk, "choices": [], "usage": usage})
        self.send_events([f"data: {json.dumps(one)}\n\n" for one in events] + ["data: [DONE]\n\n"])

    def send_events(self, events: list[str]) -> None:
        self.send_bytes("".join(events).encode(), "text/event-stream")

    def send_bytes(self, data: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def other(self, path: str, body: Body) -> None:
        asked = as_chat(path, body)
        answer = self.answer_to(asked)
        if answer is None:
            return
        served = self.bill(asked, answer)
        if path.endswith(":generateContent"):
            self.send(gemini_response(served, answer))
        elif path.endswith(":streamGenerateContent"):
            self.send_events([f"data: {json.dumps(gemini_response(served, answer))}\r\n\r\n"])
        elif path.endswith("/converse"):
            self.send(bedrock_response(served, answer))
        else:
            self.send_bytes(bedrock_stream(served, answer), "application/vnd.amazon.eventstream")

    def anthropic(self, body: Body) -> None:
        answer = self.answer_to(body)
        if answer is None:
            return
        served = self.bill(body, answer)
        content: list[Body] = [
            {"type": "tool_use", "id": f"toolu_{number}_{id(served)}", "name": name, "input": given}
            for number, (name, given) in enumerate(answer.tools)
        ] or [{"type": "text", "text": answer.text}]
        usage = {
            "input_tokens": served.prompt - served.cached,
            "output_tokens": served.completion,
            "cache_read_input_tokens": served.cached,
            "cache_creation_input_tokens": 0,
        }
        message: Body = {
            "id": f"msg_{id(served)}",
            "type": "message",
            "role": "assistant",
            "model": body.get("model"),
            "content": content,
            "stop_reason": "tool_use" if answer.tools else "end_turn",
            "stop_sequence": None,
            "usage": usage,
        }
        if not body.get("stream"):
            self.send(message)
            return
        events: list[tuple[str, Body]] = [
            ("message_start", {"message": {**message, "content": [], "usage": {**usage, "output_tokens": 1}}})
        ]
        for number, block in enumerate(content):
            is_text = block["type"] == "text"
            empty = {**block, "text": ""} if is_text else {**block, "input": {}}
            delta = (
                {"type": "text_delta", "text": block["text"]}
                if is_text
                else {"type": "input_json_delta", "partial_json": json.dumps(block["input"])}
            )
            events.append(("content_block_start", {"index": number, "content_block": empty}))
            events.append(("content_block_delta", {"index": number, "delta": delta}))
            events.append(("content_block_stop", {"index": number}))
        end = {"stop_reason": message["stop_reason"], "stop_sequence": None}
        events.append(("message_delta", {"delta": end, "usage": {"output_tokens": served.completion}}))
        events.append(("message_stop", {}))
        self.send_events(
            [f"event: {name}\ndata: {json.dumps({'type': name, **one})}\n\n" for name, one in events]
        )


def wants_usage(body: Body) -> bool:
    return bool((body.get("stream_options") or {}).get("include_usage"))


def _vector(text: str) -> list[float]:
    seed = sum(text.encode()) or 1
    return [((seed * (place + 1)) % 97) / 97 for place in range(1536)]
