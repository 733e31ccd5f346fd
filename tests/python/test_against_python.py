"""The evaluator against the real Python: the same value, or Unknown, and never another."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.python.differential import Verdict, compared
from tests.python.random_programs import programs

EXAMPLES = int(os.environ.get("CREWPROF_EVALUATOR_EXAMPLES", "150"))
UNKNOWN_SHARE = 0.15
RUN = settings(
    max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)


def test_programs_without_an_environment() -> None:
    total = Verdict()

    @RUN
    @given(source=programs())
    def run(source: str) -> None:
        verdict = compared(source)
        assert not verdict.wrong, source
        total.right += verdict.right
        total.unknown += verdict.unknown

    run()
    assert total.unknown <= UNKNOWN_SHARE * (total.right + total.unknown)


@RUN
@given(
    source=programs(with_environment=True),
    variable=st.one_of(st.none(), st.sampled_from(["", "x", "gpt-4o", "0"])),
)
def test_programs_that_read_an_environment_variable(source: str, variable: str | None) -> None:
    verdict = compared(source, variable, with_environment=True)
    assert not verdict.wrong, (variable, source)
