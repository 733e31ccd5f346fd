"""Optimized crews on the real crewai: accepted, run, and with safe fixes word for word the same calls."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, Phase, assume, event, given, settings
from hypothesis import strategies as st

from tests.conformance.random_schedules import crews_as_text
from tests.conformance.rewriting import EVERYTHING, SAFE, calls_by_task, optimised, run

EXAMPLES = int(os.environ.get("CREWPROF_CONFORMANCE_EXAMPLES", "12"))
"""``make conformance`` runs many more."""

conformance = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # each step of shrinking would run crews again
    derandomize="CREWPROF_CONFORMANCE_EXAMPLES" not in os.environ,
)


@conformance
@given(crews_as_text(), st.integers(0, 1))
def test_safe_fixes_keep_every_call(text: str, tool_uses: int) -> None:
    rewritten = optimised(text, SAFE)
    assume(rewritten != text)
    assert optimised(rewritten, SAFE) == rewritten
    before = run(text, tool_uses=tool_uses)
    assume(before.finished)
    event("rewritten and run")
    after = run(rewritten, tool_uses=tool_uses)
    assert after.finished, f"{after.error}\n{rewritten}"
    assert calls_by_task(after, rewritten) == calls_by_task(before, text), rewritten
    assert after.final == before.final


@conformance
@given(crews_as_text())
def test_unsafe_fixes_leave_a_crew_that_runs(text: str) -> None:
    rewritten = optimised(text, EVERYTHING)
    assume(rewritten != text)
    assert optimised(rewritten, EVERYTHING) == rewritten
    assume(run(text).finished)
    event("rewritten and run")
    after = run(rewritten)
    assert after.finished, f"{after.error}\n{rewritten}"
