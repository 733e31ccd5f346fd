"""Runs out of traces that people already have: of CrewAI as OpenInference, OpenLLMetry, Langfuse and the
conventions for generative AI (crewprof's own ``--format otlp`` among them) describe it.

A span is a call when it says so and no span below it says so too: libraries that wrap each other tell of the
same request. Whose a call is, say the spans above it.
"""

from __future__ import annotations

import json
import math
from functools import cached_property
from typing import TYPE_CHECKING, Any

from crewprof.quick_dataclasses import dataclass
from crewprof.recorded.matching import text_hash
from crewprof.recorded.runs import Call, Kickoff, Run, TaskSpan, ToolUse
from crewprof.recorded.spans import Span, spans_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_PROMPT = (
    "gen_ai.usage.input_tokens",
    "gen_ai.usage.prompt_tokens",
    "llm.token_count.prompt",
    "input",
    "prompt_tokens",
)
_COMPLETION = (
    "gen_ai.usage.output_tokens",
    "gen_ai.usage.completion_tokens",
    "llm.token_count.completion",
    "output",
    "completion_tokens",
)
_CACHED = (
    "gen_ai.usage.cache_read.input_tokens",
    "gen_ai.usage.cache_read_input_tokens",
    "llm.token_count.prompt_details.cache_read",
    "cache_read_input_tokens",
    "input_cached_tokens",
)
_WRITTEN = (
    "gen_ai.usage.cache_creation.input_tokens",
    "gen_ai.usage.cache_creation_input_tokens",
    "llm.token_count.prompt_details.cache_write",
    "cache_creation_input_tokens",
)
_REASONING = (
    "gen_ai.usage.reasoning.output_tokens",
    "gen_ai.usage.reasoning_tokens",
    "llm.token_count.completion_details.reasoning",
    "output_reasoning_tokens",
)
_MODEL = (
    "gen_ai.response.model",
    "gen_ai.request.model",
    "llm.model_name",
    "langfuse.observation.model.name",
    "llm.request.model",
)
_KINDS = ("openinference.span.kind", "traceloop.span.kind", "langfuse.observation.type")
_AT_ONCE = 0.001
"""Seconds by which the clocks of two spans may differ."""
_CALL_KINDS = frozenset({"llm", "generation"})
_CALL_OPERATIONS = frozenset({"chat", "text_completion", "generate_content"})
_DECORATED = (".kickoff", ".task", ".agent", ".tool", ".llm", "._execute_core", "._use", ".run")


def runs_of_traces(text: str) -> tuple[Run, ...]:
    """The runs a file of traces tells of, one a trace; none when it is no trace or holds no call."""
    by_trace: dict[str, dict[str, Span]] = {}
    for span in spans_in(text):
        by_trace.setdefault(span.trace, {})[span.id] = span
    runs = (_Trace(name, spans).run() for name, spans in by_trace.items())
    return tuple(run for run in runs if run.calls)


@dataclass(frozen=True)
class _Trace:
    """The spans of one trace by their id."""

    id: str
    spans: Mapping[str, Span]

    def run(self) -> Run:
        """The trace as a run: what lies below each kickoff, and what lies below none."""
        ordered = sorted(self.spans.values(), key=lambda span: span.started)
        below: dict[str | None, list[Span]] = {}
        for span in ordered:
            kickoff = next((one for one in self._above(span) if _is_kickoff(one)), None)
            below.setdefault(kickoff.id if kickoff is not None else None, []).append(span)
        kickoffs = [self._kickoff(span, below.get(span.id, [])) for span in ordered if _is_kickoff(span)]
        loose = self._calls(below.get(None, []), {})
        # Calls that code makes outside any crew are part of the run's bill, too.
        if loose:
            kickoffs.append(Kickoff(None, None, started=loose[0].started, calls=tuple(loose)))
        started = min((span.started for span in ordered), default=None)
        return Run(
            self.id,
            started=started,
            ended=max((span.ended for span in ordered), default=None),
            kickoffs=tuple(kickoffs),
        )

    def _above(self, span: Span) -> Iterable[Span]:
        """The spans above ``span``, the nearest first."""
        seen = {span.id}
        parent = self.spans.get(span.parent or "")
        while parent is not None and parent.id not in seen:
            seen.add(parent.id)
            yield parent
            parent = self.spans.get(parent.parent or "")

    @cached_property
    def _with_calls_below(self) -> frozenset[str]:
        """The ids of spans that have a call below them."""
        found: set[str] = set()
        for span in self.spans.values():
            if _says_call(span):
                found.update(one.id for one in self._above(span))
        return frozenset(found)

    def _kickoff(self, span: Span, inside: Sequence[Span]) -> Kickoff:
        names = _task_names(span, [one for one in inside if _is_task(one)])
        tasks = [one for one in inside if _is_task(one)]
        name = span.attributes.get("gen_ai.workflow.name") or span.attributes.get("crew_name")
        return Kickoff(
            crew=str(name or _bare(span.name) or "crew"),
            id=span.id,
            process=_text(
                span.attributes.get("crewai.crew.process") or span.attributes.get("crewai.process")
            ),
            started=span.started,
            seconds=span.seconds,
            failed=span.failed,
            tasks=_hashes(span, tasks, names),
            calls=tuple(self._calls(inside, names)),
            tools=tuple(self._tools(inside, names)),
            spans=tuple(
                TaskSpan(names[one.id], _agent_of(one), one.started, one.seconds, one.failed) for one in tasks
            ),
        )

    def _whose(self, span: Span, names: Mapping[str, str]) -> tuple[str | None, str | None]:
        """The task and the agent a span belongs to."""
        task = next((one for one in self._above(span) if _is_task(one)), None)
        agent = next((found for one in (span, *self._above(span)) if (found := _agent_of(one))), None)
        own = _text(span.attributes.get("crewai.task.name"))
        return own or (names.get(task.id) if task is not None else None), agent

    def _calls(self, inside: Sequence[Span], names: Mapping[str, str]) -> list[Call]:
        # When the first tool of each task had given its result.
        answered: dict[str | None, float] = {}
        for span in inside:
            if _is_tool(span):
                task = self._whose(span, names)[0]
                answered[task] = min(answered.get(task, span.ended), span.ended)
        found = []
        for span in inside:
            if _says_call(span) and span.id not in self._with_calls_below:
                task, agent = self._whose(span, names)
                followed = answered.get(task, math.inf) <= span.started + _AT_ONCE
                kind = _text(span.attributes.get("crewai.call.kind")) or ("tool turn" if followed else "task")
                found.append(_call(span, task, agent, kind))
        return found

    def _tools(self, inside: Iterable[Span], names: Mapping[str, str]) -> Iterable[ToolUse]:
        for span in inside:
            if _is_tool(span):
                task, agent = self._whose(span, names)
                name = span.attributes.get("gen_ai.tool.name") or span.attributes.get("tool.name")
                tokens = span.attributes.get("crewai.tool.result_tokens")
                yield ToolUse(
                    task=task,
                    agent=agent,
                    name=str(name or _bare(span.name)),
                    started=span.started,
                    seconds=span.seconds,
                    result_tokens=tokens if isinstance(tokens, int) else None,
                    failed=span.failed,
                )


def _call(span: Span, task: str | None, agent: str | None, kind: str) -> Call:
    usage = _usage(span)
    prompt = _count(usage, _PROMPT)
    return Call(
        task=task,
        agent=agent,
        model=next((str(span.attributes[key]) for key in _MODEL if span.attributes.get(key)), None),
        kind=kind,
        prompt=prompt,
        completion=_count(usage, _COMPLETION),
        cached=_count(usage, _CACHED) or 0,
        written=_count(usage, _WRITTEN) or 0,
        reasoning=_count(usage, _REASONING) or 0,
        started=span.started,
        seconds=span.seconds,
        failed=span.failed and prompt is None,
    )


def _usage(span: Span) -> Mapping[str, Any]:
    """The attributes a usage may stand in; Langfuse keeps it as one value of JSON."""
    details = span.attributes.get("langfuse.observation.usage_details")
    if isinstance(details, str):
        try:
            details = json.loads(details)
        except (ValueError, RecursionError):
            details = None
    return {**span.attributes, **details} if isinstance(details, dict) else span.attributes


def _count(usage: Mapping[str, Any], names: Iterable[str]) -> int | None:
    for name in names:
        value = usage.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
            return int(value)
    return None


def _kind(span: Span) -> str:
    return next((str(span.attributes[key]).lower() for key in _KINDS if span.attributes.get(key)), "")


def _says_call(span: Span) -> bool:
    operation = span.attributes.get("gen_ai.operation.name")
    if operation is not None:
        return operation in _CALL_OPERATIONS
    if _kind(span):
        return _kind(span) in _CALL_KINDS
    return (
        span.attributes.get("llm.request.type") == "chat" or _count(span.attributes, _PROMPT[:3]) is not None
    )


def _is_tool(span: Span) -> bool:
    return span.attributes.get("gen_ai.operation.name") == "execute_tool" or _kind(span) == "tool"


def _is_kickoff(span: Span) -> bool:
    if span.attributes.get("gen_ai.operation.name") == "invoke_workflow" or span.name == "crewai.workflow":
        return True
    return span.name.endswith(".kickoff") and "flow_id" not in span.attributes


def _is_task(span: Span) -> bool:
    if span.attributes.get("gen_ai.operation.name") == "invoke_agent":
        return "crewai.task.name" in span.attributes
    return "task_id" in span.attributes or _kind(span) == "task" or span.name.endswith("._execute_core")


def _agent_of(span: Span) -> str | None:
    for key in ("gen_ai.agent.name", "crewai.agent.role", "graph.node.id", "agent.role"):
        if span.attributes.get(key):
            return str(span.attributes[key]).strip()
    return _bare(span.name).strip() if _kind(span) == "agent" and span.name.endswith(".agent") else None


def _task_names(kickoff: Span, tasks: Iterable[Span]) -> dict[str, str]:
    """A name for each span of a task: its own, or its place in the crew."""
    places = {str(one.get("id")): f"task {number}" for number, one in enumerate(_listed(kickoff), start=1)}
    names: dict[str, str] = {}
    for number, span in enumerate(tasks, start=1):
        own = span.attributes.get("crewai.task.name") or span.attributes.get("task_name")
        place = places.get(str(span.attributes.get("task_id") or span.attributes.get("crewai.task.id")))
        names[span.id] = str(own or place or f"task {number}")
    return names


def _hashes(kickoff: Span, tasks: Iterable[Span], names: Mapping[str, str]) -> dict[str, str]:
    """The hash of each task's texts, as far as the trace holds them."""
    found = {
        f"task {number}": text_hash(_text(one.get("description")), _text(one.get("expected_output")))
        for number, one in enumerate(_listed(kickoff), start=1)
    }
    for span in tasks:
        description = _text(span.attributes.get("crewai.task.description"))
        if description is not None:
            expected = _text(span.attributes.get("crewai.task.expected_output"))
            found[names[span.id]] = text_hash(description, expected)
    return found


def _listed(kickoff: Span) -> list[dict[str, Any]]:
    """The tasks that a kickoff lists."""
    try:
        listed = json.loads(str(kickoff.attributes.get("crew_tasks") or "[]"))
    except (ValueError, RecursionError):
        return []
    return [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []


def _bare(name: str) -> str:
    for ending in _DECORATED:
        name = name.removesuffix(ending)
    return name


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
