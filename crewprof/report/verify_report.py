"""What a run on the real CrewAI showed, as text or JSON."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from crewprof.report.terminal import styled
from crewprof.report.text_tables import hanging

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crewprof.analysis.verification import Verification
    from crewprof.report.drawing import Drawn, Text
    from crewprof.report.look import Look

DIFFERENCES_SHOWN = 3
"""Differing prompts printed in full without ``--verbose``."""


def render(results: tuple[Verification, ...], report_format: str, look: Look) -> str:
    """The report in ``text`` or ``json``."""
    if report_format == "json":
        return json.dumps({"version": 1, "verifications": [_data(one) for one in results]}, indent=2)
    from crewprof.report.terminal import to_text

    return to_text([line for result in results for line in _lines(result, verbose=look.verbose)], look)


def failure(result: Verification) -> str:
    """Why a verification did not pass, as a clause; empty when it did."""
    if not result.after.accepted:
        return f"CrewAI refuses it: {result.after.error}"
    if not result.after.finished:
        return f"the run failed: {result.after.error}"
    if result.keeps_its_promise:
        return ""
    if result.differences:
        return f"{len(result.differences)} calls have other messages than before"
    return f"the final output is of {result.after.final_task}, not of {result.before.final_task}"


def _data(result: Verification) -> dict[str, Any]:
    return {
        "name": result.name,
        "crewai": result.crewai_version,
        "passed": result.passed,
        "failure": failure(result) or None,
        "prompts_must_match": result.prompts_must_match,
        "same_prompts": not result.differences,
        "before": asdict(result.before),
        "after": asdict(result.after),
        "predicted_speedup": speedup(result.before.predicted_seconds, result.after.predicted_seconds),
        "measured_speedup": speedup(result.before.seconds, result.after.seconds),
        "differences": [asdict(one) for one in result.differences],
        "scale": result.scale,
        "notes": list(result.notes),
    }


def speedup(before: float, after: float) -> float | None:
    """How many times faster; ``None`` when there is nothing to divide by."""
    return before / after if before and after else None


def _lines(result: Verification, *, verbose: bool) -> Iterator[Drawn]:
    yield styled(f"{result.name} on CrewAI {result.crewai_version}", "bold")
    yield _mark(result.after.accepted, "accepted by CrewAI")
    yield _mark(
        result.after.finished, f"ran to the end, {result.after.calls} calls (before: {result.before.calls})"
    )
    if result.before.finished and result.after.finished:
        yield from _compared(result)
    for label, run in (("before", result.before), ("after", result.after)):
        yield styled(f"    {label:<7}{run.seconds:6.2f} s, predicted {run.predicted_seconds:.2f} s")
    measured = speedup(result.before.seconds, result.after.seconds)
    predicted = speedup(result.before.predicted_seconds, result.after.predicted_seconds)
    if measured and predicted:
        yield styled(f"    speed-up {measured:.2f}x, predicted {predicted:.2f}x")
    if failure(result):
        yield styled(f"  {failure(result)}", "bold red")
    shown = result.differences if verbose else result.differences[:DIFFERENCES_SHOWN]
    for one in shown:
        yield styled(f"  {one.task or 'no task'}, call {one.number}:", "bold")
        for line in one.diff.splitlines():
            yield styled(f"    {line}", {"+": "green", "-": "red"}.get(line[:1], ""))
    if len(shown) < len(result.differences):
        yield styled(f"  … {len(result.differences) - len(shown)} more; --verbose shows them", "dim")
    for note in result.notes:
        yield hanging(f"note: {note}")


def _compared(result: Verification) -> Iterator[Text]:
    """What was the same in both runs."""
    same = "every call has the messages it had before"
    different = f"{len(result.differences)} calls have other messages"
    if result.prompts_must_match or not result.differences:
        yield _mark(not result.differences, different if result.differences else same)
    else:
        yield styled(f"  ~ {different}, as unsafe fixes may", "yellow")
    same_end = result.before.final_task == result.after.final_task
    yield _mark(same_end, f"the final output is of {result.after.final_task or 'no task'}")


def _mark(good: bool, text: str) -> Text:  # noqa: FBT001 - the outcome is the first thing printed
    return styled(f"  {'ok  ' if good else 'FAIL'} {text}", "green" if good else "bold red")
