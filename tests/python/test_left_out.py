"""Calls that are too long are left out: what they may change is unknown, and nothing is wrong."""

from __future__ import annotations

import os

import pytest

from crewprof.python import machine
from tests.python.composed_programs import OWN_NAMES, composed
from tests.python.differential import compared

EXAMPLES = int(os.environ.get("CREWPROF_EVALUATOR_EXAMPLES", "8"))


@pytest.mark.parametrize("steps", [8, 60])
def test_calls_that_are_left_out(steps: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "ASIDE_STEPS", steps)
    monkeypatch.setattr(machine, "ASIDE_SHARE", machine.STEP_LIMIT)
    monkeypatch.setattr(machine, "_never", lambda _module: True)
    for number in range(EXAMPLES):
        source = composed(number, with_environment=False)
        verdict = compared(source, apart_from=OWN_NAMES)
        assert not verdict.wrong, (number, source)
