"""The bill in full (``--verbose``): every kind of call of every task, with its range."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.estimate.profile import PARTS
from crewprof.report import numbers
from crewprof.report.drawing import Text
from crewprof.report.plain_text import plain
from crewprof.report.terminal import flowing, styled
from crewprof.report.text_tables import heading

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crewprof.estimate.profile import CallLine, Profile, TaskProfile
    from crewprof.quantity import Range
    from crewprof.report.drawing import Drawn
    from crewprof.report.look import Look


def calls_section(profile: Profile, look: Look) -> Iterator[Drawn]:
    """Every line of every task's bill: calls of one kind on one model, with their ranges."""
    yield heading("Calls", "expected, with the range most runs fall into")
    for task in profile.tasks:
        yield _task(task, look.width)
        yield _parts(task, look.width)
        for line in task.lines:
            yield _line(line, look.width)


def _task(task: TaskProfile, width: int) -> Text:
    name = Text.assemble("  ", (plain(task.name), "bold"), (f"  {plain(task.agent or 'no agent')}", "dim"))
    waits = [f"{one.task}{'' if one.certain else '?'}" for one in task.depends_on]
    after = [styled(f"after {wait}" if not number else wait, "dim") for number, wait in enumerate(waits)]
    return flowing([name, *after], ", ", width, indent=4)


def _parts(task: TaskProfile, width: int) -> Text:
    call = task.first_call
    counted = "" if call.exact else "~"
    size = f"≥{call.least_tokens:,}" if call.input_tokens is None else f"{counted}{call.input_tokens:,}"
    whole = Text(f"    first prompt {size} tokens", style="dim")
    parts = [
        Text(f"{part} {numbers.tokens(call.parts[part])}", style="dim")
        for part in PARTS
        if call.parts.get(part)
    ]
    return flowing([whole, *parts], " · ", width, indent=6)


def _line(line: CallLine, width: int) -> Text:
    cached = line.cached_input_tokens
    facts = [
        f"    {line.kind} {line.model or numbers.UNKNOWN}",
        f"×{_in_full_calls(line.calls)}",
        f"{_in_full(line.input_tokens)} in",
        f"{_in_full(cached)} of it cached" if cached.high else "",
        f"{_in_full(line.output_tokens)} out",
        numbers.money(None if line.cost_usd is None else line.cost_usd.expected),
        numbers.seconds(line.seconds.expected),
    ]
    return flowing([styled(fact) for fact in facts if fact], " · ", width, indent=6)


def _in_full(tokens: Range[float]) -> str:
    return f"{numbers.tokens(tokens.expected)} {numbers.bounds(tokens, numbers.tokens)}".rstrip()


def _in_full_calls(calls: Range[float]) -> str:
    return f"{numbers.calls(calls.expected)} {numbers.bounds(calls, numbers.calls)}".rstrip()
