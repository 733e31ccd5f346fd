"""The lengths of the answers of a crew's tasks, and of many of them together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.quantity import Range

if TYPE_CHECKING:
    from collections.abc import Mapping

_NOTHING = Range.exactly(0.0)


class Answers(dict[str, Range[float]]):
    """Tokens of the answers of tasks, by name.

    By default a task receives all answers before it: what they are together is worked out from what they were
    for the task before.
    """

    def __init__(self, answers: Mapping[str, Range[float]] | None = None) -> None:
        super().__init__(answers or {})
        known = answers if isinstance(answers, Answers) else None
        self._names: tuple[str, ...] = () if known is None else known._names
        self._sums: list[Range[float]] = [_NOTHING] if known is None else known._sums.copy()
        """What the first answers of ``_names`` are together: of none, of one, of two, …"""

    def __setitem__(self, name: str, tokens: Range[float]) -> None:
        if self.get(name, tokens) != tokens and name in self._names:
            self._keep(self._names.index(name))
        super().__setitem__(name, tokens)

    def together(self, names: tuple[str, ...], default: Range[float]) -> Range[float]:
        """Tokens of all answers of ``names``; ``default`` for one that is not known."""
        shared = min(len(self._names), len(names))
        # Tasks that list a context of their own break the row; by default each asks for one name more than
        # the one before, so that a thousand tasks cost a thousand sums and not half a million.
        if self._names[:shared] != names[:shared]:
            self._keep(0)
            shared = 0
        for name in names[shared:]:
            if name not in self:
                self._keep(0)
                return _summed([self.get(one, default) for one in names])
            self._sums.append(self._sums[-1] + self[name])
        if len(names) > len(self._names):
            self._names = names
        return self._sums[len(names)]

    def _keep(self, number: int) -> None:
        """Forget all sums but those of the first ``number`` answers."""
        self._names = self._names[:number]
        del self._sums[number + 1 :]


def _summed(ranges: list[Range[float]]) -> Range[float]:
    result = _NOTHING
    for one in ranges:
        result = result + one
    return result
