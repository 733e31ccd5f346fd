"""Recorded runs as OpenTelemetry spans: OTLP's JSON, with the names of the conventions for generative AI
(https://opentelemetry.io/docs/specs/semconv/gen-ai/).

A kickoff is a trace: ``invoke_workflow``, in it ``invoke_agent`` for each task, in that ``chat`` for each
call and ``execute_tool`` for each use of a tool.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, Final

from crewprof import __version__
from crewprof.models.identity import identify
from crewprof.quick_dataclasses import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crewprof.analysis.measured import MeasuredRuns
    from crewprof.recorded.runs import Call, Kickoff, Run, TaskSpan, ToolUse
    from crewprof.report.look import Look

INTERNAL, CLIENT = 1, 3
"""Kinds of spans, as the protocol numbers them."""
ERROR: Final = {"code": 2}
NANOSECONDS = 1_000_000_000
_PROVIDERS = {
    "bedrock": "aws.bedrock",
    "azure": "azure.ai.openai",
    "google": "gcp.gemini",
    "gemini": "gcp.gemini",
    "vertex_ai": "gcp.vertex_ai",
    "mistral": "mistral_ai",
    "xai": "x_ai",
}
"""Our word for a provider to the conventions', where they differ."""


def as_otlp(measured: MeasuredRuns, _look: Look) -> str:
    """An export request with every span, as a collector takes it at ``/v1/traces``."""
    return json.dumps({"resourceSpans": [_resource(run) for run in measured.runs]}, indent=1) + "\n"


def _resource(run: Run) -> dict[str, Any]:
    attributes = {
        "service.name": "crewai",
        "crewprof.run.id": run.id,
        "crewai.version": run.crewai,
        "process.command_args": list(run.command) or None,
    }
    spans = [
        span for number, kickoff in enumerate(run.kickoffs) for span in _Trace(run, number, kickoff).spans()
    ]
    scope = {"name": "crewprof", "version": __version__}
    return {
        "resource": {"attributes": _attributes(attributes)},
        "scopeSpans": [{"scope": scope, "spans": spans}],
    }


@dataclass(frozen=True, slots=True)
class _Trace:
    """The spans of one kickoff."""

    run: Run
    number: int
    kickoff: Kickoff

    def spans(self) -> Iterator[dict[str, Any]]:
        """The kickoff, its tasks, their calls and tools."""
        root = None
        if self.kickoff.crew is not None:
            root = "kickoff"
            yield self._kickoff()
        for place, span in enumerate(self.kickoff.spans):
            yield self._task(f"task/{place}", span, root)
        for place, call in enumerate(self.kickoff.calls):
            yield self._call(f"call/{place}", call, self._parent(call.task, call.started) or root)
        for place, use in enumerate(self.kickoff.tools):
            yield self._tool(f"tool/{place}", use, self._parent(use.task, use.started) or root)

    def _parent(self, task: str | None, at: float) -> str | None:
        """The span of the task that was running then; of a task that ran several times, the last begun."""
        begun = [
            (span.started, place)
            for place, span in enumerate(self.kickoff.spans)
            if span.task == task and span.started <= at + 0.001
        ]
        return f"task/{max(begun)[1]}" if begun else None

    def _kickoff(self) -> dict[str, Any]:
        kickoff = self.kickoff
        # A run that was killed has no end: its last call ends it then.
        ends = [kickoff.started + (kickoff.seconds or 0.0), *(call.ended for call in kickoff.calls)]
        attributes = {
            "gen_ai.operation.name": "invoke_workflow",
            "gen_ai.workflow.name": kickoff.crew,
            "crewai.process": kickoff.process,
        }
        end = ends[0] if kickoff.seconds is not None else max(ends)
        name = f"invoke_workflow {kickoff.crew}"
        return self._span("kickoff", None, name, (kickoff.started, end), attributes, failed=kickoff.failed)

    def _task(self, key: str, span: TaskSpan, parent: str | None) -> dict[str, Any]:
        attributes = {
            "gen_ai.operation.name": "invoke_agent",
            "gen_ai.agent.name": span.agent,
            "crewai.task.name": span.task,
        }
        times = (span.started, span.started + span.seconds)
        name = f"invoke_agent {span.agent or span.task}"
        return self._span(key, parent, name, times, attributes, failed=span.failed)

    def _call(self, key: str, call: Call, parent: str | None) -> dict[str, Any]:
        attributes = {
            "gen_ai.operation.name": "chat",
            "gen_ai.provider.name": _provider(call.model),
            "gen_ai.request.model": _bare(call.model),
            "gen_ai.agent.name": call.agent,
            "gen_ai.usage.input_tokens": call.prompt,
            "gen_ai.usage.output_tokens": call.completion,
            "gen_ai.usage.cache_read.input_tokens": call.cached,
            "gen_ai.usage.cache_creation.input_tokens": call.written,
            "gen_ai.usage.reasoning.output_tokens": call.reasoning,
            "crewai.task.name": call.task,
            "crewai.call.kind": call.kind,
        }
        times = (call.started, call.ended)
        name = f"chat {_bare(call.model) or ''}".strip()
        return self._span(key, parent, name, times, attributes, failed=call.failed, kind=CLIENT)

    def _tool(self, key: str, use: ToolUse, parent: str | None) -> dict[str, Any]:
        attributes = {
            "gen_ai.operation.name": "execute_tool",
            "gen_ai.tool.name": use.name,
            "gen_ai.tool.type": "function",
            "gen_ai.agent.name": use.agent,
            "crewai.task.name": use.task,
            "crewai.tool.result_tokens": use.result_tokens,
        }
        times = (use.started, use.started + (use.seconds or 0.0))
        return self._span(key, parent, f"execute_tool {use.name}", times, attributes, failed=use.failed)

    def _span(
        self,
        key: str,
        parent: str | None,
        name: str,
        times: tuple[float, float],
        attributes: Mapping[str, Any],
        *,
        failed: bool,
        kind: int = INTERNAL,
    ) -> dict[str, Any]:
        span: dict[str, Any] = {
            "traceId": _hex(f"{self.run.id}/{self.number}", 32),
            "spanId": self._id(key),
            "name": name,
            "kind": kind,
            "startTimeUnixNano": str(int(times[0] * NANOSECONDS)),
            "endTimeUnixNano": str(int(max(times) * NANOSECONDS)),
            "attributes": _attributes(attributes),
            "status": ERROR if failed else {},
        }
        if parent is not None:
            span["parentSpanId"] = self._id(parent)
        return span

    def _id(self, key: str) -> str:
        return _hex(f"{self.run.id}/{self.number}/{key}", 16)


def _hex(text: str, digits: int) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:digits]


def _provider(model: str | None) -> str | None:
    if model is None:
        return None
    provider = identify(model).provider
    return _PROVIDERS.get(provider, provider)


def _bare(model: str | None) -> str | None:
    return None if model is None else identify(model).called


def _attributes(values: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{"key": key, "value": _value(value)} for key, value in values.items() if value is not None]


def _value(value: Any) -> dict[str, Any]:
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, int):
        return {"intValue": str(value)}
    if isinstance(value, float):
        return {"doubleValue": value}
    if isinstance(value, list):
        return {"arrayValue": {"values": [_value(one) for one in value]}}
    return {"stringValue": str(value)}
