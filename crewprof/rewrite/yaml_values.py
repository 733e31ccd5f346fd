"""Writes values in YAML the way the file at hand writes its own: quotes, indentation, list style."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from crewprof.latest_answers import kept_for_latest
from crewprof.quick_dataclasses import dataclass
from crewprof.rewrite.layout import column_of
from crewprof.rewrite.yaml_scalars import block_lines, inline_texts
from crewprof.source.node import MappingNode, ScalarNode, SequenceNode, walk

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crewprof.findings import PlainData
    from crewprof.source.document import DataDocument
    from crewprof.source.node import Node


@dataclass(frozen=True, slots=True)
class Habits:
    """How a file writes things."""

    quote: str
    """``'`` or ``"``."""
    step: int
    """Columns a nested mapping is indented."""
    dash_step: int
    """Columns the dashes of a list stand right of its key; 0 is common too."""
    flow_lists: dict[str | int, bool]
    """Whether lists of scalars under a key are written ``[a, b]``."""
    flow_default: bool
    """The same for keys that have none yet."""
    block_text: bool = True
    """Whether text of several lines may be written as a block."""


# Many changes are made to one document.
@kept_for_latest(2)
def habits_of(document: DataDocument) -> Habits:
    """The habits of a document; where it has none, the common ones."""
    quotes: Counter[str] = Counter()
    steps: Counter[int] = Counter()
    dashes: Counter[int] = Counter()
    lists: Counter[tuple[str | int, bool]] = Counter()
    for node in walk(document.root):
        if isinstance(node, ScalarNode):
            quotes[node.style] += 1
        elif isinstance(node, MappingNode) and node.style == "block":
            for entry in node.entries:
                _note_entry(node, entry.value, steps, dashes)
        if isinstance(node, SequenceNode) and node.route and _is_list_of_scalars(node):
            lists[node.route[-1], node.style == "flow"] += 1
    keys = {key for key, _ in lists}
    flow = sum(count for (_, is_flow), count in lists.items() if is_flow)
    return Habits(
        quote="'" if quotes["single"] > quotes["double"] else '"',
        step=_most_common(steps, 2),
        dash_step=_most_common(dashes, 2),
        flow_lists={key: lists[key, True] >= lists[key, False] for key in keys},
        flow_default=flow >= lists.total() - flow,
    )


def _note_entry(node: MappingNode, value: Node, steps: Counter[int], dashes: Counter[int]) -> None:
    if value.is_alias or value.style != "block" or isinstance(value, ScalarNode):
        return
    offset = column_of(value.source, value.content_start) - column_of(node.source, node.content_start)
    if isinstance(value, MappingNode) and offset > 0:
        steps[offset] += 1
    elif isinstance(value, SequenceNode) and offset >= 0:
        dashes[offset] += 1


def _is_list_of_scalars(node: SequenceNode) -> bool:
    return bool(node.items) and not node.is_alias and all(isinstance(item, ScalarNode) for item in node.items)


def _most_common(counts: Counter[int], default: int) -> int:
    return counts.most_common(1)[0][0] if counts else default


def prefers_flow(value: PlainData, key: str | int, habits: Habits) -> bool:
    """Whether a list or mapping belongs on one line here."""
    if not value:
        return True
    if isinstance(value, dict):
        return False
    if isinstance(value, list) and all(not isinstance(item, list | dict) for item in value):
        return habits.flow_lists.get(key, habits.flow_default)
    return False


def flow_text(value: PlainData, habits: Habits) -> str:
    """A value on one line, as it stands inside brackets."""
    if isinstance(value, list):
        return "[" + ", ".join(flow_text(item, habits) for item in value) + "]"
    if isinstance(value, dict):
        pairs = (
            f"{key_text(key, None, habits, in_flow=True)}: {flow_text(value[key], habits)}" for key in value
        )
        return "{" + ", ".join(pairs) + "}"
    return next(inline_texts(value, None, habits.quote, in_flow=True))


def key_text(key: str | int, style: str | None, habits: Habits, *, in_flow: bool) -> str:
    """A mapping key."""
    return next(inline_texts(key, style, habits.quote, in_flow=in_flow))


def nested_lines(value: PlainData, habits: Habits) -> list[str]:
    """A filled list or mapping in block style, without indentation."""
    lines: list[str] = []
    if isinstance(value, dict):
        for key, inner in value.items():
            lines += entry_lines(key, inner, habits, flow=prefers_flow(inner, key, habits))
    elif isinstance(value, list):
        for item in value:
            lines += item_lines(item, habits)
    return lines


def entry_lines(key: str, value: PlainData, habits: Habits, *, flow: bool) -> list[str]:
    """``key: value`` without indentation; ``flow`` puts lists and mappings on the same line."""
    name = key_text(key, None, habits, in_flow=False)
    if isinstance(value, list | dict) and value and not flow:
        step = habits.dash_step if isinstance(value, list) else habits.step
        return [f"{name}:", *indented(nested_lines(value, habits), step)]
    first, *rest = value_lines(value, habits)
    return [f"{name}: {first}", *indented(rest, habits.step)]


def item_lines(value: PlainData, habits: Habits) -> list[str]:
    """``- value`` without indentation."""
    if isinstance(value, list | dict) and value:
        first, *rest = nested_lines(value, habits)
    else:
        first, *rest = value_lines(value, habits)
    return [f"- {first}", *indented(rest, 2)]


def value_lines(value: PlainData, habits: Habits) -> Sequence[str]:
    """A value that begins on the line of its key or dash; text of several lines as a literal block."""
    if isinstance(value, list | dict):
        return [flow_text(value, habits)]
    if habits.block_text and isinstance(value, str) and "\n" in value:
        block = block_lines(value, "literal")
        if block is not None:
            return block
    return [next(inline_texts(value, None, habits.quote, in_flow=False))]


def indented(lines: Sequence[Any], columns: int) -> list[str]:
    """Lines moved right; empty ones stay empty."""
    return [" " * columns + line if line else "" for line in lines]
