"""An LLM that never leaves the machine: it answers by the script of a job and keeps every request."""

from __future__ import annotations

import json
import re
import threading
import time
from typing import TYPE_CHECKING, Any

from crewai.llms.base_llm import BaseLLM
from pydantic import PrivateAttr

from crewprof.quick_dataclasses import dataclass, field
from crewprof.runtime.example_values import example_instance, example_value
from crewprof.runtime.job import SentCall, TaskScript

if TYPE_CHECKING:
    from collections.abc import Mapping

_DELEGATION = frozenset({"delegate_work_to_coworker", "ask_question_to_coworker"})
_COWORKERS = re.compile(r"following coworkers: ([^\n\\]+)")
"""The coworkers in the description of a tool that hands work on (``crewai/translations/en.json``)."""
_HANDED_ON = re.compile(r"\bhanded(\d+)by(\d+)\b")
"""What stands in the task of a coworker: how often work was handed on before, and by which task. CrewAI makes
a task of its own for it that does not say where it comes from."""
_PLANNING = "create_reasoning_plan"
_PLAN = {
    "plan": "Do it.",
    "steps": [{"step_number": 1, "description": "Do it.", "tool_to_use": None, "depends_on": []}],
    "ready": True,
}
"""An agent's plan that is ready to be carried out."""
_SCHEMA_MARK = "OpenAPI schema: "
_TOOL_IN_TEXT = re.compile(
    r"^Tool Name: ([^\n]*)\nTool Arguments: (\{(?:\}|.*?\n\}))\nTool Description: ", re.MULTILINE | re.DOTALL
)


@dataclass
class Stage:
    """What the LLMs of one kickoff share: the scripts, who is who, and the record of all calls.

    ``task_names`` maps CrewAI's task ids to names.
    """

    scripts: Mapping[str, TaskScript]
    function_calling: Mapping[str, bool]
    task_names: dict[str, str] = field(default_factory=dict)
    calls: list[SentCall] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)


class OfflineLLM(BaseLLM):  # type: ignore[misc]
    """Stands in for every LLM of a crew; ``model`` is the one it stands for."""

    _stage: Stage = PrivateAttr()

    @classmethod
    def on(cls, stage: Stage, model: str) -> OfflineLLM:
        """One that plays for ``model`` on ``stage``."""
        llm = cls(model=model)
        llm._stage = stage
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
        """Keep the request, wait as long as the script says, answer."""
        listed = [{"role": "user", "content": messages}] if isinstance(messages, str) else messages
        task = self._stage.task_names.get(str(getattr(from_task, "id", "")))
        sent = SentCall(
            task=task,
            agent=getattr(from_agent, "role", None),
            messages=json.loads(json.dumps(listed, default=str)),
            tools=json.loads(json.dumps(tools or [], default=str)),
            response_model=getattr(response_model, "__name__", None),
        )
        with self._stage.lock:
            self._stage.calls.append(sent)
        script = self._stage.scripts.get(task) if task else self._coworker(sent)
        if script is not None:
            time.sleep(_waiting(script, _tool_results(sent), from_task))
        return self._answer(sent, script, response_model)

    async def acall(self, *args: Any, **rest: Any) -> Any:
        """The same for CrewAI's native async run."""
        import asyncio

        return await asyncio.to_thread(self.call, *args, **rest)

    def supports_function_calling(self) -> bool:
        """As CrewAI answers for the model this one stands for."""
        return self._stage.function_calling.get(self.model, True)

    def supports_stop_words(self) -> bool:
        """Stop words are taken."""
        return True

    def supports_multimodal(self) -> bool:
        """Text only."""
        return False

    def get_context_window_size(self) -> int:
        """Large enough that nothing is summarised: what the window does is not what is compared."""
        return 10_000_000

    def _coworker(self, sent: SentCall) -> TaskScript | None:
        """How a coworker plays; ``None`` for calls that belong to no task."""
        handed = _HANDED_ON.search(_text(sent))
        if handed is None:
            return None
        return list(self._stage.scripts.values())[int(handed.group(2))].coworker(int(handed.group(1)))

    def _answer(self, sent: SentCall, script: TaskScript | None, response_model: Any) -> Any:
        if response_model is not None:
            return example_instance(response_model)
        if any(_name_of(tool) == _PLANNING for tool in sent.tools):
            return json.dumps(_PLAN)
        offered = {} if script is None else _offered(sent)
        turn = _tool_results(sent)
        if script is not None:
            own = [one for one in offered if one not in _DELEGATION]
            uses = script.tool_uses if own else 0
            if turn < uses:
                return _tool_use(sent, own[0], example_value(offered[own[0]], word=f"word{turn}"), turn)
            handing = next((one for one in offered if one in _DELEGATION), None)
            if handing is not None and turn < uses + script.delegations:
                word = f"handed{turn - uses}by{list(self._stage.scripts).index(str(sent.task))}"
                return _tool_use(sent, handing, _handed_on(sent, script, offered[handing], word), turn)
        return self._final(sent, script)

    def _final(self, sent: SentCall, script: TaskScript | None) -> str:
        schema = _schema_asked_for(sent)
        if schema is not None:
            return json.dumps(example_value(schema))
        words = f"Output of {sent.task or 'a coworker'}." + " word" * max(
            0, (script.answer_tokens if script else 0) - 6
        )
        return words if self.supports_function_calling() else f"Thought: done\nFinal Answer: {words}"


def _waiting(script: TaskScript, turn: int, task: Any) -> float:
    """Seconds until the answer is due: the script's seconds count from the start of the task, so that
    CrewAI's own work is part of them."""
    due = script.seconds * min(1.0, (turn + 1) / (script.tool_uses + 1))
    started = getattr(task, "start_time", None)
    elapsed = time.time() - started.timestamp() if started is not None else 0.0
    return max(0.0, due - elapsed)


def _text(sent: SentCall) -> str:
    return "\n".join(str(message.get("content")) for message in sent.messages)


def _name_of(tool: Mapping[str, Any]) -> str:
    return str(tool.get("function", tool).get("name"))


def _offered(sent: SentCall) -> dict[str, Mapping[str, Any]]:
    if sent.tools:
        return {tool["function"]["name"]: tool["function"]["parameters"] for tool in sent.tools}
    return {name: json.loads(schema) for name, schema in _TOOL_IN_TEXT.findall(_text(sent))}


def _handed_on(sent: SentCall, script: TaskScript, schema: Mapping[str, Any], word: str) -> Any:
    """What a tool is given that hands work on: to a coworker who can make the calls, else to the first."""
    found = example_value(schema, word=word)
    told = _COWORKERS.search(json.dumps(sent.tools, ensure_ascii=False) if sent.tools else _text(sent))
    if told is None:
        return found
    listed = [one.strip() for one in told.group(1).split(",")]
    able = [one for one in listed if one in script.coworkers]
    return {**found, "coworker": (able or listed)[0]}


def _tool_results(sent: SentCall) -> int:
    native = sum(1 for message in sent.messages if message.get("role") == "tool")
    in_text = sum(
        1
        for message in sent.messages
        if message.get("role") == "assistant" and "\nObservation: " in str(message.get("content"))
    )
    return native or in_text


def _tool_use(sent: SentCall, name: str, arguments: Any, turn: int) -> Any:
    written = json.dumps(arguments)
    if not sent.tools:
        return f"Thought: look it up\nAction: {name}\nAction Input: {written}"
    identity = f"call_{sent.task}_{turn}"
    return [{"id": identity, "type": "function", "function": {"name": name, "arguments": written}}]


def _schema_asked_for(sent: SentCall) -> Mapping[str, Any] | None:
    text = _text(sent)
    start = text.rfind(_SCHEMA_MARK)
    if start < 0:
        return None
    try:
        schema: Mapping[str, Any] = json.JSONDecoder().raw_decode(text[start + len(_SCHEMA_MARK) :])[0]
    except json.JSONDecodeError:
        return None
    wrapped = schema.get("json_schema")
    return wrapped["schema"] if isinstance(wrapped, dict) else schema


def stand_in_for_all(stage: Stage) -> None:
    """Make every ``LLM(…)`` that CrewAI or a project builds an :class:`OfflineLLM` on ``stage``.

    Provider packages are not needed then, and no key is asked for.
    """
    from crewai.llm import LLM

    def new(_cls: type[Any], model: str, *_args: Any, **_parameters: Any) -> OfflineLLM:
        return OfflineLLM.on(stage, model)

    LLM.__new__ = new
