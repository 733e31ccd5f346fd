"""Answers about the objects asked about last, each found once.

Many rules ask the same of one crew, and of one crew after the other. The few objects asked about last are
told apart by ``is``: to compare or hash a crew would take longer than most answers, and to remember more of
them would keep every crew of a large project in memory.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Callable

Function = TypeVar("Function", bound="Callable[[Any], Any]")


def kept_for_latest(count: int) -> Callable[[Function], Function]:
    """A decorator for functions of one object: the answers for the last ``count`` objects are kept.

    An answer is given out again, so nobody may change it, nor the object while it is asked about.
    """

    def decorated(function: Function) -> Function:
        latest: deque[tuple[Any, Any]] = deque(maxlen=count)

        def asked(about: Any) -> Any:
            for known, answer in latest:
                if known is about:
                    return answer
            answer = function(about)
            latest.append((about, answer))
            return answer

        # What documents and debuggers show of it is the function that is decorated.
        asked.__name__, asked.__doc__ = function.__name__, function.__doc__
        return cast("Function", asked)

    return decorated
