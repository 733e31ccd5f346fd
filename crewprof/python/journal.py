"""What code changes, so that it can be taken back.

Everything that code can change (lists, mappings, sets, the names of a body) is registered here before it is
changed, so that one alternative can be taken back before the next is followed
(:class:`~crewprof.python.alternatives.Alternatives`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crewprof.python.leaving import Leaving, TooLong
from crewprof.python.paths import (
    Changes,
    Layer,
    Waiting,
    beside,
    within,
)
from crewprof.python.states import restore, state_of
from crewprof.python.uncertain import Deciding
from crewprof.python.values import ANY_ATTRIBUTE, Argument
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from crewprof.python.escaping import Escaping
    from crewprof.python.values import Instance

OPEN_LAYERS: Final = 200
"""Paths that wait at the same time; code with more is not followed."""


class Journal:
    """The changes and waiting paths of one interpreter. ``escaping`` is told what changes."""

    def __init__(self, escaping: Escaping) -> None:
        self._escaping = escaping
        self.layers: list[Layer] = []
        self.depth = 0
        """Alternatives within alternatives that are being followed now."""
        self._count = 0

    @property
    def newest(self) -> int:
        """Number of the newest layer; 0 when there is none."""
        return self.layers[-1].number if self.layers else 0

    @property
    def is_certain(self) -> bool:
        """Whether the path that is followed now is surely taken, if no guard raises before."""
        return not self.depth and not any(
            one.leaving.kind != "raise" for layer in self.layers for one in layer.waiting
        )

    def touch(self, container: object) -> None:
        """Register a container that is about to change."""
        owner = getattr(container, "owner", None)
        if owner is not None:
            self._lose_owner(owner)
        self._escaping.touch(container)
        if not self.layers:
            return
        top = self.layers[-1]
        key = id(container)
        if key not in top.born and key not in top.before:
            top.before[key] = container, state_of(container)

    def _lose_owner(self, owner: Instance) -> None:
        """The ``__dict__`` of an object changes: what it holds is not known any more."""
        why = Unknown("its `__dict__` is changed", owner.place)
        self.touch(owner.attributes)
        for name, argument in owner.attributes.items():
            owner.attributes[name] = Argument(why, argument.place, argument.key_place)
        owner.attributes[ANY_ATTRIBUTE] = Argument(why, owner.place, owner.place)

    def bear(self, container: object) -> None:
        """Register a container that was just made: no other path knows it."""
        if self.layers:
            self.layers[-1].born[id(container)] = container
            self.layers[-1].fresh[id(container)] = container

    def open(self, why: Unknown) -> Layer:
        """Register what is changed from here on by itself."""
        if len(self.layers) >= OPEN_LAYERS:
            raise TooLong
        self._count += 1
        layer = Layer(self._count, why)
        self.layers.append(layer)
        return layer

    def may_leave(self, leaving: Leaving, why: Unknown) -> None:
        """From here a path may leave; the other goes on."""
        if self.layers:
            top = self.layers[-1]
            if not top.before and any(
                not one.changes and one.leaving.kind == leaving.kind and one.leaving.value is leaving.value
                for one in top.waiting
            ):
                return
        self.open(why).waiting.append(Waiting(leaving, {}))

    @staticmethod
    def since(layer: Layer) -> Changes:
        """What containers hold now that were changed in a layer."""
        return {key: (one, state_of(one)) for key, (one, _) in layer.before.items()}

    def roll_back(self, layer: Layer) -> None:
        """Let containers hold again what they held before a layer."""
        for container, state in layer.before.values():
            self._escaping.touch(container)
            restore(container, state)
        layer.before = {}

    def apply(self, changes: Changes) -> None:
        """Make containers hold what a path made them hold."""
        for container, state in changes.values():
            self.touch(container)
            restore(container, state)

    def close(self) -> None:
        """Let the changes of the newest layer, in which nothing waits, be those of the one before."""
        top = self.layers.pop()
        if not self.layers:
            return
        below = self.layers[-1]
        for key, (container, state) in top.before.items():
            if key not in below.born and key not in below.before:
                below.before[key] = container, state
        below.born.update(top.born)
        below.fresh.update(top.fresh)

    def gather(self, level: int) -> Layer | None:
        """Make one layer of all above the first ``level``; ``None`` when there is none."""
        if len(self.layers) <= level:
            return None
        while len(self.layers) > level + 1:
            self._fold()
        return self.layers[level]

    def _fold(self) -> None:
        """Let the newest layer be part of the one before; what waits in it waits there."""
        top, below = self.layers[-1], self.layers[-2]
        is_usual = beside(below.waiting)
        if isinstance(top.why, Deciding):
            below.why = top.why
        if top.waiting:
            held = {
                key: top.before.get(key) or (container, state_of(container))
                for key, (container, _) in below.before.items()
            }
        for path in top.waiting:
            path.is_usual = within(is_usual, path.is_usual)
            for key, now in held.items():
                path.changes.setdefault(key, now)
        if top.waiting:
            # The waiting paths know what was made before they forked off: its changes count from now on.
            below.born = {}
        waiting = top.waiting
        self.close()
        below.waiting.extend(waiting)

    def abandon(self, level: int) -> None:
        """Forget the paths that wait above the first ``level`` layers; what was changed stays."""
        while len(self.layers) > level:
            self.close()
