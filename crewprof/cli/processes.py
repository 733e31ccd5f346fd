"""The analyses of many crews, by as many processes as there are cores."""

from __future__ import annotations

import gc
import os
import sys
from typing import TYPE_CHECKING, TypeAlias

from crewprof.errors import CrewprofError, Unexpected
from crewprof.quick_dataclasses import replace
from crewprof.source.documents import Documents

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from crewprof.analysis.result import Analysis
    from crewprof.crew.definition import Crew

    Answer: TypeAlias = "Analysis | CrewprofError"
    Analyse: TypeAlias = "Callable[[Crew], Answer]"

MANY = 24
"""Crews from which on it pays to start processes: they take a tenth of a second, a crew a hundredth."""
_AT_ONCE = 4
"""Crews a process is given at a time: few, so that none waits for another at the end."""

_wanted: tuple[Sequence[Crew], Analyse] | None = None
"""What the processes work on. They are copies of this one, made when it is set."""


def analysed(crews: Sequence[Crew], analyse: Analyse) -> Iterator[Answer]:
    """What ``analyse`` answers for each of ``crews``, in their order.

    One process does it where there are few crews, one core, or no copies of a process to be had; one that
    dies (out of memory) leaves what is not done to this one.
    """
    done = 0
    if len(crews) >= MANY and cores() > 1 and _can_fork():
        try:
            for answer in _by_processes(crews, analyse):
                yield answer
                done += 1
        except OSError:
            # No more processes, or no semaphores (in some containers).
            pass
    for crew in crews[done:]:
        yield analyse(crew)


def cores() -> int:
    """Cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _can_fork() -> bool:
    """Whether a copy of this process can be made and works: on macOS system libraries do not allow it."""
    return hasattr(os, "fork") and sys.platform != "darwin"


def _by_processes(crews: Sequence[Crew], analyse: Analyse) -> Iterator[Answer]:
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context
    from pickle import PicklingError

    global _wanted
    _wanted = crews, analyse
    for stream in (sys.stdout, sys.stderr):
        stream.flush()  # or every copy would write what waits there
    # What is shared with the copies stays shared as long as nobody counts through it.
    gc.freeze()
    try:
        pool = ProcessPoolExecutor(cores(), get_context("fork"), initializer=_begin)
        try:
            answers = pool.map(_answer, range(len(crews)), chunksize=_AT_ONCE)
            for crew in crews:
                answer = next(answers)
                # The cause of what should not have happened does not come along: meet it again here.
                yield analyse(crew) if isinstance(answer, Unexpected) else _whole(answer, crew)
        except (BrokenProcessPool, PicklingError, TypeError, AttributeError) as error:
            raise OSError("a process has died, or its answer cannot be sent") from error
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
    finally:
        gc.unfreeze()
        _wanted = None


def _begin() -> None:
    """Leave Ctrl-C to the process that was started first, which ends the others."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _answer(place: int) -> Answer:
    assert _wanted is not None
    crews, analyse = _wanted
    answer = analyse(crews[place])
    if isinstance(answer, CrewprofError):
        return answer
    # The texts, and what was parsed of them, are there where the answer goes.
    return replace(answer, crew=replace(answer.crew, texts={}, documents=Documents()))


def _whole(answer: Answer, crew: Crew) -> Answer:
    if isinstance(answer, CrewprofError):
        return answer
    return replace(answer, crew=replace(answer.crew, texts=crew.texts, documents=crew.documents))
