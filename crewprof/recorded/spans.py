"""Spans of other people's traces in one form, whichever way they were exported as JSON.

Read are OTLP (``resourceSpans``, as collectors write it, also one request a line), what OpenTelemetry's
Python SDK prints (``ConsoleSpanExporter``), and Langfuse's observations (of its API and its exports).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from crewprof.quick_dataclasses import dataclass, field

_NANOSECONDS = 1_000_000_000
_MOST_TEXT = 200_000_000
"""Characters of a trace that are parsed at once."""

Attributes = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Span:
    """One span: times in Unix seconds; ``failed`` when its status is an error."""

    id: str
    parent: str | None
    trace: str
    name: str
    started: float
    ended: float
    failed: bool
    attributes: Attributes = field(default_factory=dict)

    @property
    def seconds(self) -> float:
        """How long it took."""
        return max(0.0, self.ended - self.started)


def spans_in(text: str) -> list[Span]:
    """Every span in a file's text; none when it is no trace."""
    return [span for value in _values(text) for span in _spans(value)]


def _values(text: str) -> Iterator[object]:
    """The JSON values of a text: one, one a line, or one after the other."""
    decoder = json.JSONDecoder()
    at, end = 0, min(len(text), _MOST_TEXT)
    while at < end:
        while at < end and text[at] in " \t\r\n,":
            at += 1
        if at >= end:
            return
        try:
            value, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            return
        yield value


def _spans(value: object) -> Iterator[Span]:
    if isinstance(value, list):
        for one in value:
            yield from _spans(one)
    if not isinstance(value, dict):
        return
    if "resourceSpans" in value:
        yield from _of_otlp(value["resourceSpans"])
    elif isinstance(value.get("context"), dict) and "start_time" in value:
        yield _of_console(value)
    elif "startTime" in value and "type" in value and "id" in value:
        yield _of_langfuse(value)
    else:
        for key in ("observations", "data"):
            if isinstance(value.get(key), list):
                yield from _spans(value[key])


def _of_otlp(resources: object) -> Iterator[Span]:
    for resource in _dicts(resources):
        for scope in _dicts(resource.get("scopeSpans") or resource.get("instrumentationLibrarySpans")):
            for span in _dicts(scope.get("spans")):
                code = (span.get("status") or {}).get("code")
                attributes = _dicts(span.get("attributes"))
                yield Span(
                    id=str(span.get("spanId", "")),
                    parent=str(span["parentSpanId"]) if span.get("parentSpanId") else None,
                    trace=str(span.get("traceId", "")),
                    name=str(span.get("name", "")),
                    started=_nanoseconds(span.get("startTimeUnixNano")),
                    ended=_nanoseconds(span.get("endTimeUnixNano")),
                    failed=code in (2, "STATUS_CODE_ERROR"),
                    attributes={str(one.get("key")): _value(one.get("value")) for one in attributes},
                )


def _of_console(span: Mapping[str, Any]) -> Span:
    context = span["context"]
    attributes = span.get("attributes")
    return Span(
        id=str(context.get("span_id", "")),
        parent=str(span["parent_id"]) if span.get("parent_id") else None,
        trace=str(context.get("trace_id", "")),
        name=str(span.get("name", "")),
        started=_moment(span.get("start_time")),
        ended=_moment(span.get("end_time")),
        failed=(span.get("status") or {}).get("status_code") == "ERROR",
        attributes=attributes if isinstance(attributes, dict) else {},
    )


def _of_langfuse(observation: Mapping[str, Any]) -> Span:
    """An observation, with the names its OpenTelemetry exporter gives its fields."""
    metadata = observation.get("metadata")
    inner = metadata.get("attributes") if isinstance(metadata, dict) else None
    attributes: dict[str, Any] = dict(inner) if isinstance(inner, dict) else {}
    attributes["langfuse.observation.type"] = str(observation.get("type", "")).lower()
    usage = observation.get("usageDetails") or observation.get("usage")
    if isinstance(usage, dict):
        attributes["langfuse.observation.usage_details"] = usage
    if observation.get("model"):
        attributes["langfuse.observation.model.name"] = observation["model"]
    parent = observation.get("parentObservationId")
    return Span(
        id=str(observation["id"]),
        parent=str(parent) if parent else None,
        trace=str(observation.get("traceId", "")),
        name=str(observation.get("name") or ""),
        started=_moment(observation.get("startTime")),
        ended=_moment(observation.get("endTime") or observation.get("startTime")),
        failed=observation.get("level") == "ERROR",
        attributes=attributes,
    )


def _dicts(value: object) -> Iterable[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _value(value: object) -> Any:
    """The value of an attribute in OTLP's JSON."""
    if not isinstance(value, dict):
        return None
    for key, one in value.items():
        if key == "intValue":
            return _integer(one)
        if key in ("stringValue", "doubleValue", "boolValue"):
            return one
        if key == "arrayValue" and isinstance(one, dict):
            return [_value(each) for each in _dicts(one.get("values"))]
        if key == "kvlistValue" and isinstance(one, dict):
            return {str(each.get("key")): _value(each.get("value")) for each in _dicts(one.get("values"))}
    return None


def _integer(value: object) -> int | None:
    """A whole number, written as one or as text; OTLP has none of more than 64 bits."""
    try:
        found = int(str(value))
    except ValueError:
        return None
    return found if abs(found) < 1 << 64 else None


def _nanoseconds(value: object) -> float:
    return (_integer(value) or 0) / _NANOSECONDS


def _moment(value: object) -> float:
    """A moment written as ISO 8601."""
    try:
        return datetime.fromisoformat(str(value)).timestamp()
    except (ValueError, OverflowError, OSError):
        return 0.0
