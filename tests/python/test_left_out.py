"""Calls that are too long are left out: what they may change is unknown, and nothing is wrong."""

from __future__ import annotations

import ast
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


GUARDS = {
    "try": "try:\n    pass\nexcept ValueError:\n    made = 'caught'\n",
    "finally": "try:\n    pass\nfinally:\n    made = 'left'\n",
    "with": "with contextlib.nullcontext():\n    pass\n",
    "if": "if __name__ == '__main__':\n    try:\n        pass\n    except Exception:\n        made = 1\n",
}


@pytest.mark.parametrize("guard", GUARDS)
@pytest.mark.parametrize("steps", [40, 400])
def test_statements_of_a_guarded_body_that_are_left_out(
    guard: str, steps: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "STEP_LIMIT", steps)
    for number in range(EXAMPLES):
        source = guarded(composed(number, with_environment=False), GUARDS[guard])
        verdict = compared(source, apart_from=OWN_NAMES)
        assert not verdict.wrong, (number, source)


def guarded(source: str, guard: str) -> str:
    """A program in the place of the ``pass`` of ``guard``; its imports stay before it."""
    statements = ast.parse(source).body
    first = next(at for at, one in enumerate(statements) if not isinstance(one, ast.Import | ast.ImportFrom))
    tree = ast.parse(guard)
    guards = [one for one in ast.walk(tree) if isinstance(one, ast.Try | ast.With | ast.If)]
    guards[-1].body = statements[first:]
    return ast.unparse(ast.Module([*statements[:first], *tree.body], []))
