"""``for`` and ``while``: round by round, or any number of rounds at once where that is not known."""

from __future__ import annotations

import ast
from functools import partial
from typing import TYPE_CHECKING, Final

from crewprof.python.expressions.operations import condition
from crewprof.python.leaving import Kind, Leaving, TooLarge, TooLong
from crewprof.python.machine import TOO_LONG
from crewprof.python.scopes import within
from crewprof.python.site import Site
from crewprof.python.uncertain import Deciding, UnknownItems
from crewprof.quick_dataclasses import replace

if TYPE_CHECKING:
    from collections.abc import Callable

    from crewprof.python.forgetting import Forgetting
    from crewprof.python.iteration import Iteration
    from crewprof.python.leaving import Kind
    from crewprof.python.machine import Machine
    from crewprof.python.operations.comparing import Comparing
    from crewprof.python.values import Frame, Value
    from crewprof.source.unknown import Unknown

_WAITING_LIMIT: Final = 12
"""Rounds of a loop that paths may leave, followed one by one; more are joined."""


class Loops:
    """Follows loops for a machine."""

    def __init__(
        self, machine: Machine, iteration: Iteration, comparing: Comparing, forgetting: Forgetting
    ) -> None:
        self.machine = machine
        self.iteration = iteration
        self.comparing = comparing
        self.forgetting = forgetting
        self._left_out: set[ast.AST] = set()
        """Loops of unknown length that were too long once: they are not followed again."""

    def follow_for(self, node: ast.For | ast.AsyncFor, frame: Frame) -> None:
        """``for``."""
        value = self.iteration.private(partial(self.machine.evaluate, node.iter, frame))
        self._loop(node, partial(self._rounds, node, value, frame), frame)

    def _loop(
        self, node: ast.For | ast.AsyncFor | ast.While, rounds: Callable[[], None], frame: Frame
    ) -> None:
        """Follow a loop, then its ``else``: a ``break`` that stands there is one of the loop around it."""

        def end(left: Leaving | None) -> None:
            if left is None:
                self.machine.execute(node.orelse, frame)

        # What stands in a loop is part of it, round for round.
        before, frame.is_apart = frame.is_apart, False
        try:
            self.machine.alternatives.catching(rounds, end, "break")
        finally:
            frame.is_apart = before

    def _rounds(self, node: ast.For | ast.AsyncFor, value: Value, frame: Frame) -> None:
        site = Site(node.iter, frame)
        level = len(self.machine.journal.layers)
        for item in self.iteration.items(value, site):
            self.machine.charge()
            if isinstance(item, UnknownItems) or len(self.machine.journal.layers) > level + _WAITING_LIMIT:
                why = site.unknown(f"what `{site.source}` holds is only known when the crew runs")
                self.machine.note(why)
                self._unknown_rounds(node, item, why, frame)
                if not isinstance(item, UnknownItems):
                    break
                continue
            self._round(node, item, frame)

    def _unknown_rounds(self, node: ast.For | ast.AsyncFor, item: Value, why: Unknown, frame: Frame) -> None:
        """Follow any number of rounds; where they are known by default, these too."""
        any_number = partial(self._repeat, node, partial(self._round, node, why, frame), why, frame)
        if not isinstance(item, UnknownItems) or item.usual is None:
            any_number()
            return
        usual = item.usual

        def by_default() -> None:
            for one in usual:
                self._round(node, one, frame)

        self.machine.either([any_number, by_default], Deciding(why.reason, why.place, item.variable, 1))

    def _repeat(
        self,
        node: ast.For | ast.AsyncFor | ast.While,
        once: Callable[[], Value],
        why: Unknown,
        frame: Frame,
    ) -> None:
        """Follow a loop of unknown length; one that is too long is left out, not all that it is part of."""
        made, calls = self.machine.made, self.machine.method_calls
        start = len(made), len(calls)
        if self._is_followed(node, once, why):
            return
        before = made[start[0] :], calls[start[1] :]
        self.forgetting.leave_out(node, frame, TOO_LONG)
        del made[start[0] :], calls[start[1] :]
        if self._glance(once, why):
            self._take_for_earlier(*start)
        else:
            made[start[0] :], calls[start[1] :] = before
        for kind in _ways_out(node):
            self.machine.journal.may_leave(Leaving(kind, why), why)

    def _take_for_earlier(self, made_before: int, calls_before: int) -> None:
        """What a round makes where the ones that were followed made something is what they made, too."""
        made, calls = self.machine.made, self.machine.method_calls
        earlier = {one.place: one for one in made[:made_before]}
        same = {id(one): earlier[one.place] for one in made[made_before:] if one.place in earlier}
        made[made_before:] = [one for one in made[made_before:] if id(one) not in same]
        calls[calls_before:] = [
            replace(one, receiver=same.get(id(one.receiver), one.receiver)) for one in calls[calls_before:]
        ]

    def _glance(self, once: Callable[[], Value], why: Unknown) -> bool:
        """See what a round makes and calls of a loop that is left out, knowing nothing that it may change.

        Gives whether that was not too long, either.
        """
        trying = self.machine.trying
        try:
            with self.machine.sharing(), self.machine.again_and_again():
                self.machine.alternatives.glance(once, why)
        except (TooLong, TooLarge):
            self.machine.trying = trying
            return False
        return True

    def _is_followed(
        self, node: ast.For | ast.AsyncFor | ast.While, once: Callable[[], Value], why: Unknown
    ) -> bool:
        """Follow a loop of unknown length; whether that was not too long."""
        level = len(self.machine.journal.layers)
        trying = self.machine.trying
        if node in self._left_out:
            return False
        try:
            with self.machine.sharing():
                self.machine.repeat(once, why)
        except TooLong:
            if self.machine.is_spent or _leaves_loop_around(node):
                raise
        else:
            return True
        self.machine.trying = trying
        self.machine.journal.abandon(level)
        self._left_out.add(node)
        return False

    def _round(self, node: ast.For | ast.AsyncFor, item: Value, frame: Frame) -> Value:
        self.machine.assign(node.target, item, frame)
        self.machine.alternatives.settle(partial(self.machine.execute, node.body, frame), "continue")
        return None

    def follow_while(self, node: ast.While, frame: Frame) -> None:
        """``while``."""
        with self.machine.again_and_again():
            self._loop(node, partial(self._whiles, node, frame), frame)

    def _whiles(self, node: ast.While, frame: Frame) -> None:
        site = Site(node.test, frame)
        level = len(self.machine.journal.layers)
        while True:
            self.machine.charge()
            known = self.comparing.truth(self.machine.evaluate(node.test, frame), site)
            if known is False:
                break
            if known is None or len(self.machine.journal.layers) > level + _WAITING_LIMIT:
                self.machine.note_condition(site)
                self._repeat(node, partial(self._once, node, frame), condition(site), frame)
                break
            self._turn(node, frame)

    def _turn(self, node: ast.While, frame: Frame) -> None:
        self.machine.alternatives.settle(partial(self.machine.execute, node.body, frame), "continue")

    def _once(self, node: ast.While, frame: Frame) -> Value:
        """A round of a loop of unknown length; the test is evaluated after it."""
        self._turn(node, frame)
        self.machine.evaluate(node.test, frame)
        return None


def _ways_out(loop: ast.For | ast.AsyncFor | ast.While) -> list[Kind]:
    """How a loop may be left, other than by coming to its end or by raising."""
    ways: list[Kind] = ["return"] if any(isinstance(one, ast.Return) for one in within(loop.body)) else []
    return [*ways, "break"] if loop.orelse else ways


def _leaves_loop_around(loop: ast.For | ast.AsyncFor | ast.While) -> bool:
    return any(isinstance(one, ast.Break | ast.Continue) for one in within(loop.orelse))
