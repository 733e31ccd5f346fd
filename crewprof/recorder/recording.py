"""Attaching to CrewAI's event bus, and ``record``: the same for a block of one's own code."""

from __future__ import annotations

import contextlib
import json
import os
import platform
import shutil
import sys
import tempfile
import time
import uuid
from typing import TYPE_CHECKING, Any

from .assignment import Assignment
from .budget import EXIT_STOPPED, Budget, BudgetReached
from .hidden import known_secrets, shown_command
from .llm_calls import listen_to_calls
from .observer import Observer
from .profile_file import ProfileFile
from .unsaid import OBSERVERS, listen_to_instructor, listen_to_usage

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import ModuleType

PROFILE = os.path.join(".crewprof", "profile.jsonl")
"""Where runs are recorded, from the folder they run in."""
TOO_OLD = "crewprof: crewai {} cannot be recorded; 1.9 or later is needed (pip install -U crewai)\n"
OLDEST = (1, 9)
"""The first CrewAI whose event bus says all that is recorded."""
_MARK = "_crewprof_listens"


def attach(bus: Any, observer: Observer) -> None:
    """Have ``observer`` hear every event of ``bus``, in the thread that sends it.

    CrewAI's own handlers run later and in other threads, where what is running is no longer known, and a
    project may take them away (``scoped_handlers``).
    """
    OBSERVERS.append(observer)
    if getattr(bus, _MARK, False):
        return
    emit = bus.emit

    def emit_and_tell(source: Any, event: Any) -> Any:
        kind = getattr(event, "type", None)
        for one in tuple(OBSERVERS):
            heard = one.heard.get(kind) if isinstance(kind, str) else None
            if heard is not None:
                try:
                    heard(source, event)
                except BudgetReached:
                    raise
                # Whatever goes wrong in the recorder, the run goes on.
                except Exception:
                    continue
        return emit(source, event)

    bus.emit = emit_and_tell
    setattr(bus, _MARK, True)


def detach(observer: Observer) -> None:
    """Have ``observer`` hear no more."""
    with contextlib.suppress(ValueError):
        OBSERVERS.remove(observer)
    observer.file.close()


def crewai_version() -> str | None:
    """The version of the installed CrewAI."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("crewai")
    except PackageNotFoundError:
        return None


def is_too_old(version: str | None) -> bool:
    """Whether a CrewAI of this version cannot be recorded."""
    numbers = [int(part) for part in (version or "").split(".")[:2] if part.isdigit()]
    return len(numbers) == 2 and tuple(numbers) < OLDEST


def tell_if_too_old() -> None:
    """Say on standard error that this CrewAI cannot be recorded, once a run."""
    version = crewai_version()
    assignment = Assignment.from_environment()
    if assignment is None or not is_too_old(version):
        return
    if _is_first(assignment.shared, "too-old"):
        sys.stderr.write(TOO_OLD.format(version))


def attach_from_environment(bus_module: ModuleType) -> None:
    """Record this process as the environment asks."""
    assignment = Assignment.from_environment()
    version = crewai_version()
    if assignment is None or is_too_old(version):
        return
    observer = _observer(assignment)
    if _is_first(assignment.shared, "attached"):
        observer.file.add("run", run_line(assignment, version))
    attach(bus_module.crewai_event_bus, observer)


def run_line(assignment: Assignment, version: str | None) -> dict[str, Any]:
    """The first line of a run."""
    return {
        "command": list(assignment.command),
        "crewai": version,
        "python": platform.python_version(),
        "started": round(assignment.started, 6),
    }


def _is_first(folder: str, name: str) -> bool:
    """Whether no other process of the run has asked for this before."""
    if not folder:
        return True
    try:
        os.close(os.open(os.path.join(folder, name), os.O_CREAT | os.O_EXCL | os.O_WRONLY))
    except OSError:
        return False
    return True


def _observer(assignment: Assignment) -> Observer:
    file = ProfileFile(assignment.profile, assignment.run)
    observer = Observer(file, with_text=assignment.with_text)
    if assignment.limits:
        observer.budget = _budget(assignment, observer)
    return observer


def _budget(assignment: Assignment, observer: Observer) -> Budget:
    def stop(reached: BudgetReached) -> None:
        line = {
            "limit": reached.limit,
            "most": reached.most,
            "spent": reached.spent,
            "next_call": reached.next_call,
            "because": str(reached),
            "finished": [name for name, _ in observer.finished],
        }
        observer.file.add("stop", line)
        if assignment.may_end:
            _print_finished(observer)

    return Budget(
        assignment.limits,
        assignment.prices,
        assignment.answers,
        assignment.shared,
        assignment.started,
        stop,
        may_end=assignment.may_end,
    )


def _print_finished(observer: Observer) -> None:
    """The outputs of the tasks that were finished, where the run would have printed its own."""
    for name, raw in observer.finished:
        sys.stdout.write(f"\n## Finished task {name}\n\n{raw}\n")
    with contextlib.suppress(OSError, ValueError):
        sys.stdout.flush()


class Recording:
    """A recording that goes on. ``run``: its id; ``path``: the profile it is written to."""

    def __init__(self, assignment: Assignment) -> None:
        self.run = assignment.run
        self.path = assignment.profile
        self._assignment = assignment
        self._observer = _observer(assignment)

    @property
    def stopped(self) -> BudgetReached | None:
        """What stopped the run, once it is stopped."""
        budget = self._observer.budget
        return None if budget is None else budget.reached

    @property
    def finished(self) -> list[tuple[str, str]]:
        """The tasks that are finished, each with its output."""
        return list(self._observer.finished)

    def lines(self) -> list[dict[str, Any]]:
        """The lines of this run so far."""
        with open(self.path, encoding="utf-8") as file:
            every = [json.loads(line) for line in file if f'"{self.run}"' in line]
        return [line for line in every if line["run"] == self.run]

    def start(self) -> None:
        """Begin to record."""
        version = crewai_version()
        self._observer.file.add("run", run_line(self._assignment, version))
        if is_too_old(version):
            sys.stderr.write(TOO_OLD.format(version))
            return
        from crewai.events.event_bus import crewai_event_bus
        from crewai.llms import base_llm
        from crewai.utilities import internal_instructor

        listen_to_usage(base_llm)
        listen_to_calls(base_llm)
        listen_to_instructor(internal_instructor)
        attach(crewai_event_bus, self._observer)

    def stop(self, code: int) -> None:
        """Record no more."""
        if self._observer.budget is not None:
            self._observer.budget.ended.set()
        self._observer.file.add("run", {"ended": round(time.time(), 6), "exit": code})
        detach(self._observer)


@contextlib.contextmanager
def record(
    path: str | os.PathLike[str] = PROFILE,
    *,
    with_text: bool = False,
    max_cost: float | None = None,
    max_tokens: float | None = None,
    max_seconds: float | None = None,
    max_calls: int | None = None,
    prices: Mapping[str, Mapping[str, Any]] | None = None,
) -> Iterator[Recording]:
    """Record every crew that runs inside the block, in this process, to ``path``.

    ``with_text`` also stores prompts, answers and results of tools. A limit stops the run before the call
    that is expected to exceed it: :class:`BudgetReached` is raised in the code that makes the call.
    ``max_cost`` is in USD and needs ``prices``: model to ``{"in": …, "out": …}`` in USD per million tokens.
    """
    given = {"cost": max_cost, "tokens": max_tokens, "seconds": max_seconds, "calls": max_calls}
    limits = {name: float(value) for name, value in given.items() if value is not None}
    shared = tempfile.mkdtemp(prefix="crewprof-")
    assignment = Assignment(
        run=new_run_id(),
        profile=os.path.abspath(path),
        command=shown_command(sys.argv, known_secrets()),
        started=time.time(),
        with_text=with_text,
        shared=shared,
        limits=limits,
        prices={name.lower(): dict(rates) for name, rates in (prices or {}).items()},
        may_end=False,
    )
    recording = Recording(assignment)
    code = 1
    try:
        recording.start()
        yield recording
        code = 0
    except SystemExit as error:
        code = error.code if isinstance(error.code, int) else int(error.code is not None)
        raise
    except KeyboardInterrupt as error:
        # A stop in a thread of CrewAI's reaches the main one, which waits for it, as an interrupt.
        if recording.stopped is not None:
            code = EXIT_STOPPED
            raise recording.stopped from error
        raise
    finally:
        recording.stop(code)
        shutil.rmtree(shared, ignore_errors=True)


def new_run_id() -> str:
    """An id of a run: when it began, and something of its own."""
    return f"{time.strftime('%Y%m%d-%H%M%S', time.gmtime())}-{uuid.uuid4().hex[:8]}"
