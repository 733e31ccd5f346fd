"""An LLM for the real crewai that answers from a script and records every request it gets."""

from __future__ import annotations

import json
import re
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from crewai.llms.base_llm import BaseLLM
from pydantic import PrivateAttr

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

PLANNING_TOOL = "create_reasoning_plan"
DELEGATION_TOOLS = frozenset({"delegate_work_to_coworker", "ask_question_to_coworker"})


@dataclass(frozen=True)
class RecordedCall:
    """One request as crewai made it.

    ``task`` is the index in the crew of the task it was made for, ``None`` when crewai names none or
    the task is a temporary one (delegated work). ``owner`` says which LLM of the crew got it: an
    agent's name, or ``manager``, ``planning``, ``memory``. ``seconds`` are start and end.
    """

    number: int
    owner: str
    model: str
    messages: tuple[Mapping[str, Any], ...]
    tools: tuple[Mapping[str, Any], ...]
    response_model: type[Any] | None
    task: int | None
    task_name: str | None
    agent_role: str | None
    function_calling: bool
    seconds: tuple[float, float] = (0.0, 0.0)

    @property
    def tool_results(self) -> int:
        """How many results of tools the messages hold."""
        native = sum(1 for message in self.messages if message.get("role") == "tool")
        if native:
            return native
        return sum(
            1
            for message in self.messages
            if message.get("role") == "assistant" and "\nObservation: " in str(message.get("content"))
        )

    @property
    def text(self) -> str:
        """All contents, joined."""
        return "\n".join(str(message.get("content")) for message in self.messages)

    def offered_tools(self) -> dict[str, Mapping[str, Any]]:
        """Names and argument schemas of the tools offered, on the wire or in the text."""
        if self.tools:
            return {tool["function"]["name"]: tool["function"]["parameters"] for tool in self.tools}
        offered: dict[str, Mapping[str, Any]] = {}
        for name, schema in _TOOL_IN_TEXT.findall(self.text):
            offered.setdefault(name, json.loads(schema))
        return offered


_TOOL_IN_TEXT = re.compile(
    r"^Tool Name: ([^\n]*)\nTool Arguments: (\{(?:\}|.*?\n\}))\nTool Description: ", re.MULTILINE | re.DOTALL
)

Script: TypeAlias = "Callable[[RecordedCall], Any]"
"""What the LLM answers: text, a list of tool calls, a model instance, or an exception to raise."""


MOST_CALLS = 1500


class EndlessRun(BaseException):
    """crewai keeps calling; not an ``Exception``, which it would catch and answer with more calls."""


@dataclass
class Recorder:
    """Everything the LLMs of one crew were asked, in the order the requests came."""

    task_indices: dict[str, int] = field(default_factory=dict)
    calls: list[RecordedCall] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def open(self, call: RecordedCall) -> RecordedCall:
        """Number a request and keep it; raises :class:`EndlessRun` when they do not end."""
        with self.lock:
            if len(self.calls) >= MOST_CALLS:
                raise EndlessRun(f"more than {MOST_CALLS} calls")
            numbered = RecordedCall(**{**vars(call), "number": len(self.calls)})
            self.calls.append(numbered)
            return numbered

    def close(self, call: RecordedCall, start: float) -> None:
        """Note when the answer was given."""
        with self.lock:
            self.calls[call.number] = RecordedCall(**{**vars(call), "seconds": (start, time.monotonic())})


class RecordingLLM(BaseLLM):  # type: ignore[misc]
    """Answers from ``script``; tells crewai whether it supports function calling."""

    function_calling: bool = True
    window: int = 1_000_000
    delay: float = 0.0
    owner: str = ""
    _recorder: Recorder = PrivateAttr(default_factory=Recorder)
    _script: Any = PrivateAttr(default=None)

    @classmethod
    def make(
        cls,
        recorder: Recorder,
        script: Script,
        *,
        owner: str = "",
        model: str = "gpt-4o",
        function_calling: bool = True,
        delay: float = 0.0,
    ) -> RecordingLLM:
        """An LLM that writes to ``recorder`` and answers from ``script``."""
        llm = cls(model=model, function_calling=function_calling, delay=delay, owner=owner)
        llm._recorder = recorder
        llm._script = script
        return llm

    def call(
        self,
        messages: Any,
        tools: Any = None,
        callbacks: Any = None,
        available_functions: Any = None,
        from_task: Any = None,
        from_agent: Any = None,
        response_model: Any = None,
        **rest: Any,
    ) -> Any:
        """Record the request, wait ``delay`` seconds, answer."""
        if isinstance(messages, str):
            messages = [{"role": "user", "content": messages}]
        start = time.monotonic()
        call = self._recorder.open(
            RecordedCall(
                number=-1,
                owner=self.owner,
                model=self.model,
                messages=tuple(dict(message) for message in messages),
                tools=tuple(json.loads(json.dumps(tools, default=str))) if tools else (),
                response_model=response_model,
                task=self._recorder.task_indices.get(str(getattr(from_task, "id", ""))),
                task_name=getattr(from_task, "name", None),
                agent_role=getattr(from_agent, "role", None),
                function_calling=self.function_calling,
            )
        )
        if self.delay:
            time.sleep(self.delay)
        answer = self._script(call)
        self._recorder.close(call, start)
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def acall(self, *args: Any, **rest: Any) -> Any:
        """The same for crewai's native async run."""
        import asyncio

        return await asyncio.to_thread(self.call, *args, **rest)

    def supports_function_calling(self) -> bool:
        """Whether crewai sends tools on the wire."""
        return self.function_calling

    def supports_stop_words(self) -> bool:
        """Stop words are taken."""
        return True

    def supports_multimodal(self) -> bool:
        """Text only."""
        return False

    def get_context_window_size(self) -> int:
        """Tokens that fit."""
        return self.window


def output_of(call: RecordedCall) -> str:
    """The answer the scripts give to a task: fixed text that names it."""
    if call.task is None:
        return "Coworker's answer."
    return f"Output of task {call.task} ({call.task_name})."


def answers_at_once(call: RecordedCall) -> Any:
    """Never uses a tool; answers what the task asks, valid where a schema is asked for."""
    if call.response_model is not None:
        return example_instance(call.response_model)
    if PLANNING_TOOL in call.offered_tools():
        return json.dumps(plan_of(steps=2))
    schema = _schema_asked_for(call)
    if schema is not None:
        return json.dumps(example_value(schema))
    return output_of(call) if call.function_calling else f"Thought: done\nFinal Answer: {output_of(call)}"


def plan_of(steps: int) -> dict[str, Any]:
    """An agent's plan that is ready to be carried out."""
    listed = [
        {
            "step_number": number + 1,
            "description": f"Do part {number + 1}.",
            "tool_to_use": None,
            "depends_on": [number] if number else [],
        }
        for number in range(steps)
    ]
    return {"plan": "Do the parts.", "steps": listed, "ready": True}


def answers_badly(call: RecordedCall) -> Any:
    """Like :func:`answers_at_once`, but gives plain text where the prompt asks for JSON."""
    if call.response_model is not None:
        return example_instance(call.response_model)
    return "This is not JSON."


@dataclass(frozen=True)
class UsesTools:
    """Uses the task's first tool ``times`` times, then answers.

    ``delegates`` lets it take a delegation tool; else a task that has only those is answered at once.
    """

    times: int
    delegates: bool = False

    def __call__(self, call: RecordedCall) -> Any:
        """The next step of the loop."""
        name = self._tool(call)
        if name is None or call.tool_results >= self.times:
            return answers_at_once(call)
        return tool_use(call, name, call.tool_results)

    def _tool(self, call: RecordedCall) -> str | None:
        if call.response_model is not None:
            return None
        offered = call.offered_tools()
        if PLANNING_TOOL in offered:
            return None
        chosen = [name for name in offered if (name in DELEGATION_TOOLS) == self.delegates]
        return chosen[0] if chosen else None


NEVER_STOPS = UsesTools(times=1_000_000)


def tool_use(call: RecordedCall, name: str, turn: int) -> Any:
    """A tool call in the form ``call`` asks for; the arguments differ from turn to turn."""
    arguments = example_value(call.offered_tools()[name], word=f"word{turn}")
    if name in DELEGATION_TOOLS:
        arguments["coworker"] = _coworkers(call, name)[0]
    if call.tools:
        return [
            {
                "id": f"call_{call.number}",
                "type": "function",
                "function": {"name": name, "arguments": json.dumps(arguments)},
            }
        ]
    return f"Thought: look it up\nAction: {name}\nAction Input: {json.dumps(arguments)}"


def _coworkers(call: RecordedCall, name: str) -> Sequence[str]:
    texts = [tool["function"]["description"] for tool in call.tools if tool["function"]["name"] == name]
    text = texts[0] if texts else call.text
    found = re.search(r"one of the following coworkers: (.*)", text)
    return found.group(1).split(", ") if found else [""]


def _schema_asked_for(call: RecordedCall) -> Mapping[str, Any] | None:
    """The schema of the newest "Format your final answer according to" block of the request."""
    marker = "OpenAPI schema: "
    text = call.text
    start = text.rfind(marker)
    if start < 0:
        return None
    schema: Mapping[str, Any] = json.JSONDecoder().raw_decode(text[start + len(marker) :])[0]
    wrapped = schema.get("json_schema")
    return wrapped["schema"] if isinstance(wrapped, dict) else schema


def example_instance(model: type[Any]) -> Any:
    """A valid instance of a pydantic model."""
    values = example_value(model.model_json_schema())
    values.update({key: value for key, value in _SENSIBLE.items() if key in model.model_fields})
    return model.model_validate(values)


_SENSIBLE: Mapping[str, Any] = {
    "valid": True,
    "step_completed_successfully": True,
    "remaining_plan_still_valid": True,
    "needs_full_replan": False,
    "goal_already_achieved": False,
    "complexity": "simple",
    "insert_new": True,
    "actions": [],
}
"""Fields of crewai's own schemas where a plain example would send it another way."""


def example_value(
    schema: Mapping[str, Any], *, word: str = "word", root: Mapping[str, Any] | None = None
) -> Any:
    """A value that satisfies a JSON schema of the kind pydantic writes."""
    root = schema if root is None else root
    if "$ref" in schema:
        target: Any = root
        for key in schema["$ref"].removeprefix("#/").split("/"):
            target = target[key]
        return example_value(target, word=word, root=root)
    for key in ("const", "default"):
        if schema.get(key) is not None:
            return schema[key]
    if schema.get("enum"):
        return schema["enum"][0]
    for key in ("anyOf", "oneOf", "allOf"):
        if schema.get(key):
            return example_value(schema[key][0], word=word, root=root)
    kind = schema.get("type")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object" or "properties" in schema:
        properties = schema.get("properties", {})
        return {name: example_value(one, word=word, root=root) for name, one in properties.items()}
    if kind == "array":
        return [example_value(schema.get("items", {}), word=word, root=root)] * max(
            1, schema.get("minItems", 1)
        )
    plain: Mapping[Any, Any] = {"integer": 1, "number": 1.5, "boolean": True, "null": None}
    return plain.get(kind, word)
