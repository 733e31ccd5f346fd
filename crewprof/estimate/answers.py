"""The lengths of the answers of a crew's tasks, and of many of them together."""

from __future__ import annotations

from crewprof.quantity import Range

_NOTHING = Range.exactly(0.0)


class Answers(dict[str, Range[float]]):
    """Tokens of the answers of tasks, by name.

    By default a task receives all answers before it: what they are together is worked out from what they were
    for the task before.
    """

    _names: tuple[str, ...] = ()
    _together: Range[float] = _NOTHING

    def __setitem__(self, name: str, tokens: Range[float]) -> None:
        if name in self:
            self._names, self._together = (), _NOTHING
        super().__setitem__(name, tokens)

    def together(self, names: tuple[str, ...], default: Range[float]) -> Range[float]:
        """Tokens of all answers of ``names``; ``default`` for one that is not known."""
        known = self._names
        if names[: len(known)] != known:
            known, self._together = (), _NOTHING
        result = self._together
        for name in names[len(known) :]:
            if name not in self:
                self._names, self._together = (), _NOTHING
                return _summed([self.get(one, default) for one in names])
            result = result + self[name]
        self._names, self._together = names, result
        return result


def _summed(ranges: list[Range[float]]) -> Range[float]:
    result = _NOTHING
    for one in ranges:
        result = result + one
    return result
