"""The evaluator against the real Python: the same value, or Unknown, and never another."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.python import composed_programs, traced_programs
from tests.python.differential import Verdict, compared
from tests.python.random_programs import programs

if TYPE_CHECKING:
    from types import ModuleType

EXAMPLES = int(os.environ.get("CREWPROF_EVALUATOR_EXAMPLES", "40"))
"""Programs of each kind; many thousands are a long run."""

UNKNOWN_SHARE = 0.15
VALUES = (None, "", "x", "gpt-4o", "0")
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
        total.add(verdict)

    run()
    assert total.unknown_share <= UNKNOWN_SHARE


@RUN
@given(
    source=programs(with_environment=True),
    variable=st.one_of(st.none(), st.sampled_from(VALUES)),
)
def test_programs_that_read_an_environment_variable(source: str, variable: str | None) -> None:
    verdict = compared(source, variable, with_environment=True)
    assert not verdict.wrong, (variable, source)


@pytest.mark.slow
@pytest.mark.parametrize("with_environment", [False, True])
@pytest.mark.parametrize("written_by", [composed_programs, traced_programs], ids=["composed", "traced"])
def test_programs_of_many_parts(written_by: ModuleType, *, with_environment: bool) -> None:
    total = Verdict()
    for number in range(EXAMPLES):
        source = written_by.composed(number, with_environment=with_environment)
        variable = VALUES[number % len(VALUES)] if with_environment else None
        verdict = compared(
            source, variable, with_environment=with_environment, apart_from=written_by.OWN_NAMES
        )
        assert not verdict.wrong, (number, variable, source)
        total.add(verdict)
    if not with_environment:
        assert total.unknown_share <= UNKNOWN_SHARE


@pytest.mark.parametrize("variable", VALUES)
@pytest.mark.parametrize(
    "test", ["os.getenv('CREWPROF_MODEL', 'q') == 'x'", "os.environ.get('CREWPROF_MODEL')"]
)
def test_the_message_of_an_assertion_may_change_something(variable: str | None, test: str) -> None:
    source = (
        "import os\nlog = []\ndef told():\n    log.append(1)\n"
        f"try:\n    assert {test}, told()\nexcept AssertionError:\n    pass\n"
    )
    assert not compared(source, variable, with_environment=True).wrong


CHECKS = (
    "[one for one in names if not os.getenv(one)]",
    "{one for one in names if not os.environ.get(one)}",
    "tuple(one for one in names if os.getenv(one) is None)",
    "list(filter(lambda one: not os.getenv(one), names))",
    "[*(one for one in names if not os.getenv(one)), *(one for one in names if os.getenv(one) == 'x')]",
)
ANSWERS = ("bool(missing)", "not missing", "'no' if missing else 'yes'", "missing and 1", "missing or 2")


@RUN
@given(
    names=st.lists(st.sampled_from(["CREWPROF_MODEL", "CREWPROF_OTHER"]), max_size=4),
    check=st.sampled_from(CHECKS),
    answer=st.sampled_from(ANSWERS),
    variable=st.sampled_from(VALUES),
)
def test_what_is_missing_of_several_variables(
    names: list[str], check: str, answer: str, variable: str | None
) -> None:
    source = f"import os\nnames = {names}\nmissing = {check}\nx = {answer}\n"
    assert not compared(source, variable, with_environment=True).wrong, source
