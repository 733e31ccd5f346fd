"""Following several alternatives from the same state and joining them.

A path that leaves a body early (``return`` under an unknown condition) waits
(:class:`~crewprof.python.paths.Waiting`) until the body it leaves is done; the changes of the other path
since then stay registered in an open :class:`~crewprof.python.paths.Layer` of the journal.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from crewprof.python.equivalence import same_state
from crewprof.python.escaping import changing_in
from crewprof.python.joining import joined, joined_state
from crewprof.python.leaving import Kind, Leaving, Raised
from crewprof.python.paths import (
    Changes,
    IsUsual,
    Layer,
    Outcome,
    Path,
    Waiting,
    beside,
    decided,
    distinct,
    within,
)
from crewprof.python.states import apart, items_of, restore, state_of
from crewprof.python.uncertain import Deciding
from crewprof.python.widening import widened

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from crewprof.python.escaping import Escaping
    from crewprof.python.journal import Journal
    from crewprof.python.states import State
    from crewprof.python.values import Value
    from crewprof.source.unknown import Unknown

FORK_STEPS: Final = 10
"""Steps that following alternatives counts for, beside those of each."""


class Alternatives:
    """Follows alternatives for one interpreter. ``charge`` counts the steps that joining takes.

    ``escaping`` is told the objects that a joined state no longer names.
    """

    def __init__(self, journal: Journal, charge: Callable[[int], None], escaping: Escaping) -> None:
        self.journal = journal
        self._charge = charge
        self._escaping = escaping

    def fork(
        self,
        alternatives: Sequence[Callable[[], Value]],
        why: Unknown,
        waiting: Sequence[Waiting] = (),
        *,
        is_branch: bool = True,
        is_last: bool = False,
    ) -> tuple[Value, bool]:
        """Follow each alternative from here, and join what they come to.

        Gives the joined value, and whether anything that was there is not as it was before. Raises a
        :class:`Leaving` when all of them leave. ``waiting`` are paths that wait already, with changes since
        here. Where it ``is_last``, what is not as it was is given up.
        """
        self._charge(FORK_STEPS)
        outcomes = [self._followed(one, why, is_branch=is_branch) for one in alternatives]
        layer = self.journal.open(why)
        for at, outcome in enumerate(outcomes):
            is_usual = at == why.usual if isinstance(why, Deciding) else None
            outcome.is_usual = within(is_usual, beside(outcome.waiting))
            for one in outcome.waiting:
                one.is_usual = within(is_usual, one.is_usual)
            if not outcome.waiting:
                self._keep(outcome, layer)
            layer.born.update(outcome.born)
            layer.fresh.update(outcome.fresh)
            layer.waiting.extend(outcome.waiting)
        layer.waiting.extend(waiting)
        paths = [(one.value, one.leaving, one.changes, one.is_usual) for one in outcomes]
        return self._merged(layer, paths, why, is_last=is_last)

    def settle(self, run: Callable[[], Value], *kinds: Kind) -> Value:
        """Run a body that ends paths which leave by one of ``kinds``; gives their value, joined.

        Raises a :class:`Leaving` of another kind when no path ends here.
        """
        level = len(self.journal.layers)
        left: Leaving | None = None
        value: Value = None
        try:
            value = run()
        except Leaving as leaving:
            left, value = leaving, leaving.value
        layer = self.journal.gather(level)
        ends = left is None or left.kind in kinds
        ended = [] if layer is None else [one for one in layer.waiting if one.leaving.kind in kinds]
        if layer is None or not ended:
            if layer is not None and not layer.waiting:
                self.journal.close()
            if left is not None and not ends:
                raise left
            return value
        now = self.journal.since(layer)
        is_usual = beside(layer.waiting)
        self.journal.roll_back(layer)
        layer.waiting = [one for one in layer.waiting if one.leaving.kind not in kinds]
        paths: list[Path] = [(value, None if ends else left, now, is_usual)]
        paths += [(one.leaving.value, None, one.changes, one.is_usual) for one in ended]
        return self._merged(layer, paths, layer.why)[0]

    def settle_all(self) -> list[Leaving]:
        """The path that is followed raises, and nothing catches it; gives how those leave that wait."""
        layer = self.journal.gather(0)
        if layer is None:
            return []
        paths = [self.journal.since(layer), *(one.changes for one in layer.waiting)]
        self.journal.roll_back(layer)
        self._apply_joined(paths, decided(layer.why, ()))
        self.journal.layers.clear()
        return [one.leaving for one in layer.waiting]

    def catching(
        self, run: Callable[[], None], handle: Callable[[Leaving | None], None], *kinds: Kind
    ) -> None:
        """Run a body and, for each path that ends it or leaves it by one of ``kinds``, ``handle``."""
        level = len(self.journal.layers)
        left: Leaving | None = None
        try:
            run()
        except Leaving as leaving:
            left = leaving
        layer = self.journal.gather(level)
        caught = [] if layer is None else [one for one in layer.waiting if one.leaving.kind in kinds]
        if layer is None or not caught:
            if layer is not None and not layer.waiting:
                self.journal.close()
            self._handled(left, handle, kinds)
            return
        now = self.journal.since(layer)
        is_usual = beside(layer.waiting)
        self.journal.roll_back(layer)
        paths = [(left, now, is_usual), *self._alike(caught, layer.why)]
        why = decided(layer.why, [usual for *_, usual in paths])
        rest = [one for one in layer.waiting if one.leaving.kind not in kinds]
        self.journal.layers.pop()
        if self.journal.layers:
            self.journal.layers[-1].fresh.update(layer.fresh)

        def follow(leaving: Leaving | None, changes: Changes, _usual: IsUsual) -> None:
            self.journal.apply(changes)
            self._handled(leaving, handle, kinds)

        self.fork([partial(follow, *path) for path in paths], why, rest)

    def whole(self, run: Callable[[], Value], why: Unknown) -> Value:
        """Run a body whose changes are taken back where it is too long to follow."""
        level = len(self.journal.layers)
        self.journal.open(why)
        try:
            return run()
        except Leaving:
            raise
        except BaseException:
            layer = self.journal.gather(level)
            assert layer is not None
            self.journal.roll_back(layer)
            self.journal.layers.pop()
            raise
        finally:
            layer = self.journal.gather(level)
            if layer is not None and not layer.waiting:
                self.journal.close()

    def glance(self, run: Callable[[], Value], why: Unknown) -> None:
        """Run a body that may be run, and take back what it changes; what it makes stays as it is."""
        level = len(self.journal.layers)
        layer = self.journal.open(why)
        self.journal.depth += 1
        try:
            run()
        except Leaving:
            pass
        finally:
            self.journal.depth -= 1
            self.journal.gather(level)
            for key in layer.fresh.keys() & layer.before.keys():
                del layer.before[key]
            self.journal.roll_back(layer)
            self.journal.layers.pop()

    def aside(
        self, paths: Sequence[Changes], run: Callable[[], Value], why: Unknown
    ) -> tuple[Value, Changes]:
        """Run a body after one of several ``paths`` from here, and take back what it changes.

        Gives what it comes to, and what was changed with the path before it. What it makes stays as it is.
        """

        def after_paths() -> Value:
            if paths:
                self.journal.apply(self._joined_changes(paths, why))
            return run()

        layer = self.journal.open(why)
        outcome = self._followed(after_paths, why, is_branch=False)
        changes = dict(outcome.changes)
        self._keep(outcome, layer)
        self.journal.close()
        return outcome.value, changes

    def _followed(self, alternative: Callable[[], Value], why: Unknown, *, is_branch: bool) -> Outcome:
        level = len(self.journal.layers)
        layer = self.journal.open(why)
        self.journal.depth += is_branch
        value: Value = None
        left: Leaving | None = None
        try:
            value = alternative()
        except Leaving as leaving:
            left = leaving
        except BaseException:
            self.journal.abandon(level)
            raise
        finally:
            self.journal.depth -= is_branch
        self.journal.gather(level)
        outcome = Outcome(value, left, self.journal.since(layer), layer.waiting, layer.born, layer.fresh)
        self.journal.roll_back(layer)
        self.journal.layers.pop()
        return outcome

    def _keep(self, outcome: Outcome, layer: Layer) -> None:
        """Let what an alternative made be as it left it: the others do not know it."""
        for key in outcome.fresh.keys() & outcome.changes.keys():
            container, state = outcome.changes.pop(key)
            self._escaping.touch(container)
            restore(container, state)
            layer.born[key] = container

    def _merged(
        self,
        layer: Layer,
        paths: Sequence[Path],
        why: Unknown,
        *,
        is_last: bool = False,
    ) -> tuple[Value, bool]:
        """Join the paths that go on, in ``layer``, the newest; or leave as one of them does."""
        going = [(value, changes, usual) for value, leaving, changes, usual in paths if leaving is None]
        leaving = None
        if going:
            layer.waiting.extend(
                Waiting(left, changes, usual) for _, left, changes, usual in paths if left is not None
            )
        else:
            first = paths[0][1]
            assert first is not None
            alike = [
                (left.value, changes, usual)
                for _, left, changes, usual in paths
                if left is not None and left.kind == first.kind and first.kind != "raise"
            ]
            going = alike or [(first.value, *paths[0][2:])]
            leaving = first
            rest = paths[1:] if first.kind == "raise" else paths
            layer.waiting.extend(
                Waiting(left, changes, usual)
                for _, left, changes, usual in rest
                if left is not None and (left.kind != first.kind or first.kind == "raise")
            )
        why = decided(why, [usual for *_, usual in going])
        changed = self._apply_joined([changes for _, changes, _ in going], why, layer.fresh, is_last=is_last)
        value = self._joined([value for value, *_ in going], why)
        if not layer.waiting:
            self.journal.close()
        if leaving is None:
            return value, changed
        if not isinstance(leaving, Raised):
            leaving.value = value
        raise leaving

    def _apply_joined(
        self,
        paths: Sequence[Changes],
        why: Unknown,
        fresh: Collection[int] = frozenset(),
        *,
        is_last: bool = False,
    ) -> bool:
        changed = False
        for key, (container, joined_to) in self._joined_changes(paths, why).items():
            before, state = state_of(container), joined_to
            is_other = key not in fresh and not same_state(state, before)
            if is_other and is_last:
                self._escaping.add(changing_in([*items_of(before), *items_of(state)]))
                state = widened(before, state, why)
                is_other = not same_state(state, before)
            changed = changed or is_other
            self.journal.touch(container)
            restore(container, state)
        return changed

    def _joined_changes(self, paths: Sequence[Changes], why: Unknown) -> Changes:
        """What any of several paths may have changed since the state that is in force."""
        if len(paths) == 1:
            return paths[0]
        made: Changes = {}
        for key, container in {key: one for path in paths for key, (one, _) in path.items()}.items():
            now = state_of(container)
            size = len(container) if isinstance(container, list | dict | set) else 0
            self._charge(1 + (size * len(paths) >> 5))
            states = [path[key][1] if key in path else now for path in paths]
            differs = any(not same_state(states[0], other) for other in states[1:])
            made[key] = container, joined_state(*distinct(states, why)) if differs else states[0]
            if differs:
                self._let_go(states, made[key][1])
        return made

    def _let_go(self, states: Sequence[State], after: State) -> None:
        """The objects that a container held in some state, and does not name after joining, escape."""
        held = list(changing_in(apart(states)))
        if held:
            kept = {id(one) for one in changing_in(items_of(after))}
            self._escaping.add([one for one in held if id(one) not in kept])

    def _joined(self, values: Sequence[Value], why: Unknown) -> Value:
        """The value of whichever path is taken; objects that it does not name escape."""
        value = joined(values, why)
        kept = {id(one) for one in changing_in([value])}
        self._escaping.add([one for one in changing_in(values) if id(one) not in kept])
        return value

    def _alike(self, waiting: Sequence[Waiting], why: Unknown) -> list[tuple[Leaving, Changes, IsUsual]]:
        """Paths that wait, those that left in the same way joined: what follows is followed once."""
        groups: dict[tuple[Kind, int], list[Waiting]] = {}
        for one in waiting:
            key = one.leaving.kind, id(one.leaving.value) if one.leaving.kind == "raise" else 0
            groups.setdefault(key, []).append(one)
        joined_paths: list[tuple[Leaving, Changes, IsUsual]] = []
        for group in groups.values():
            leaving = group[0].leaving
            usual = [one.is_usual for one in group]
            of_group = decided(why, usual)
            if len(group) > 1 and leaving.kind == "return":
                leaving = Leaving("return", self._joined([one.leaving.value for one in group], of_group))
            changes = self._joined_changes([one.changes for one in group], of_group)
            joined_paths.append(
                (leaving, changes, True if True in usual else None if None in usual else False)
            )
        return joined_paths

    @staticmethod
    def _handled(
        left: Leaving | None, handle: Callable[[Leaving | None], None], kinds: Collection[Kind]
    ) -> None:
        if left is not None and left.kind not in kinds:
            raise left
        handle(left)
