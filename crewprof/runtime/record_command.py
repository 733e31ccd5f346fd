"""Runs a command of the user's and has every Python process of it that imports CrewAI recorded.

The command keeps the terminal, its streams, its signals and its exit code.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import crewprof.recorder
from crewprof.errors import InputError
from crewprof.quick_dataclasses import dataclass, field
from crewprof.recorder.assignment import VARIABLE, Assignment
from crewprof.recorder.hidden import known_secrets, shown_command
from crewprof.recorder.profile_file import ProfileFile
from crewprof.recorder.recording import new_run_id, run_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from types import FrameType

EXIT_STOPPED = 3
"""Exit code of a run that a budget stopped."""
ATTACH = Path(crewprof.recorder.__file__).parent / "attach"
"""The folder that goes first on ``PYTHONPATH``."""
_PASSED_ON = ("SIGTERM", "SIGHUP", "SIGUSR1", "SIGUSR2")
"""Signals that reach crewprof alone."""
_OF_THE_TERMINAL = ("SIGINT", "SIGQUIT")
"""Signals that the terminal sends to the command as well."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The most a run may use, with what is needed to say so beforehand: see ``recorder.assignment``."""

    limits: Mapping[str, float] = field(default_factory=dict)
    prices: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    answers: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Recorded:
    """How a command ended; ``attached``: whether any process of it imported CrewAI."""

    run: str
    exit: int
    stopped: bool
    attached: bool


def record_command(
    command: Sequence[str], profile: Path, environment: Mapping[str, str], limits: Limits, *, with_text: bool
) -> Recorded:
    """Run ``command`` and record it to ``profile``.

    Raises :class:`InputError` when the command cannot be started or the profile cannot be written.
    """
    with _folder() as shared:
        assignment = Assignment(
            run=new_run_id(),
            profile=str(profile.absolute()),
            command=shown_command(command, known_secrets(environment)),
            started=time.time(),
            with_text=with_text,
            shared=shared,
            limits=dict(limits.limits),
            prices={name: dict(rates) for name, rates in limits.prices.items()},
            answers=dict(limits.answers),
        )
        handed = Path(shared) / "assignment.json"
        handed.write_text(assignment.to_json(), encoding="utf-8")
        file = ProfileFile(assignment.profile, assignment.run)
        _refuse_unwritable(file)
        code = _run(command, {**environment, VARIABLE: str(handed), "PYTHONPATH": _path(environment)})
        attached = (Path(shared) / "attached").exists()
        stopped = bool(limits.limits) and _was_stopped(shared)
        code = EXIT_STOPPED if stopped else code
        if not attached:
            file.add("run", run_line(assignment, None))
        file.add("run", {"ended": round(time.time(), 6), "exit": code})
        file.close()
        return Recorded(assignment.run, code, stopped, attached)


@contextlib.contextmanager
def _folder() -> Iterator[str]:
    folder = tempfile.mkdtemp(prefix="crewprof-")
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _path(environment: Mapping[str, str]) -> str:
    given = environment.get("PYTHONPATH")
    return os.pathsep.join([str(ATTACH), given] if given else [str(ATTACH)])


def _refuse_unwritable(file: ProfileFile) -> None:
    try:
        file.open()
    except OSError as error:
        raise InputError(
            f"cannot write the profile: {error.strerror}",
            path=file.path,
            hint="choose another file with --output",
        ) from error


def _was_stopped(shared: str) -> bool:
    from crewprof.recorder.ledger import Ledger

    return Ledger(shared).sums()["stopped"] is not None


def _run(command: Sequence[str], environment: Mapping[str, str]) -> int:
    with _signals() as passed_on:
        try:
            process = subprocess.Popen(list(command), env=dict(environment))
        except OSError as error:
            name = command[0]
            message = f"cannot run {name!r}: {error.strerror or error}"
            hint = "write the command after --, as in `crewprof record -- crewai run`"
            raise InputError(message, hint=hint) from error
        passed_on.append(process)
        code = process.wait()
    return 128 - code if code < 0 else code


@contextlib.contextmanager
def _signals() -> Iterator[list[subprocess.Popen[bytes]]]:
    """While the command runs, it alone decides what a signal does."""
    processes: list[subprocess.Popen[bytes]] = []

    def pass_on(number: int, _frame: FrameType | None) -> None:
        for process in processes:
            with contextlib.suppress(OSError):
                process.send_signal(number)

    def leave_to_it(_number: int, _frame: FrameType | None) -> None:
        return

    before: dict[int, Any] = {}
    for name, handler in (
        *((one, pass_on) for one in _PASSED_ON),
        *((one, leave_to_it) for one in _OF_THE_TERMINAL),
    ):
        number = getattr(signal, name, None)
        if number is not None:
            with contextlib.suppress(ValueError, OSError):
                before[number] = signal.signal(number, handler)
    try:
        yield processes
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
