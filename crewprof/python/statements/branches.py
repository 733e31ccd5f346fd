"""``if`` and ``match``: one branch where the test is known, else all that may be taken."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from crewprof.python.expressions.operations import condition
from crewprof.python.site import Site
from crewprof.python.uncertain import FromEnvironment

if TYPE_CHECKING:
    import ast
    from collections.abc import Callable

    from crewprof.python.machine import Machine
    from crewprof.python.operations.comparing import Comparing
    from crewprof.python.statements.assignments import Assignments
    from crewprof.python.statements.patterns import Patterns
    from crewprof.python.values import Frame, Value
    from crewprof.source.unknown import Unknown


class Branches:
    """Takes branches for a machine."""

    def __init__(
        self, machine: Machine, assignments: Assignments, comparing: Comparing, patterns: Patterns
    ) -> None:
        self.machine = machine
        self.assignments = assignments
        self.comparing = comparing
        self.patterns = patterns

    def follow_if(self, node: ast.If, frame: Frame) -> None:
        """``if``."""
        site = Site(node.test, frame)
        test = self.machine.evaluate(node.test, frame)
        known = self.comparing.truth(test, site)
        if known is not None:
            self.machine.execute_in(node.body if known else node.orelse, frame)
            return
        self.machine.note_condition(site)
        self.machine.either(
            [partial(self.machine.execute, one, frame) for one in (node.body, node.orelse)],
            self.comparing.deciding(test, site),
        )

    def follow_match(self, node: ast.Match, frame: Frame) -> None:
        """``match``."""
        self._cases(node, node.cases, self.machine.evaluate(node.subject, frame), frame)

    def _cases(self, node: ast.Match, cases: list[ast.match_case], value: Value, frame: Frame) -> None:
        for at, case in enumerate(cases):
            known, bindings = self.patterns.match(case.pattern, value, frame)
            if known is False:
                continue
            rest = partial(self._cases, node, cases[at + 1 :], value, frame)
            taken = partial(self._case, case, bindings, rest, frame)
            if known:
                taken()
            else:
                self.machine.note_condition(Site(node.subject, frame))
                self.machine.either([taken, rest], self._deciding(case.pattern, value, node, frame))
            return

    def _deciding(self, pattern: ast.pattern, value: Value, node: ast.Match, frame: Frame) -> Unknown:
        """What decides whether a pattern fits a value of which that is not known."""
        site = Site(node.subject, frame)
        if not isinstance(value, FromEnvironment) or value.value is None:
            return condition(site)
        known, _ = self.patterns.match(pattern, value.value, frame)
        fits = None if known is None else FromEnvironment(value.variable, known, value.place, is_whole=False)
        return self.comparing.deciding(fits, site)

    def _case(
        self,
        case: ast.match_case,
        bindings: list[tuple[str, Value]],
        rest: Callable[[], None],
        frame: Frame,
    ) -> None:
        """A case whose pattern fits: its names are bound, whatever its guard says."""
        for name, value in bindings:
            self.assignments.bind(name, value, frame)
        body = partial(self.machine.execute, case.body, frame)
        if case.guard is None:
            body()
            return
        site = Site(case.guard, frame)
        test = self.machine.evaluate(case.guard, frame)
        holds = self.comparing.truth(test, site)
        if holds is None:
            self.machine.note_condition(site)
            self.machine.either([body, rest], self.comparing.deciding(test, site))
        elif holds:
            body()
        else:
            rest()
