"""One command line run in this process on files that nobody should write, and what must hold afterwards."""

from __future__ import annotations

import contextlib
import io
import os
import resource
import signal
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from crewprof import cli

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

SECONDS: Final = 2.0
"""Processor time that 100 kB of input may take; less input may take as much."""
STUCK: Final = 30.0
"""Seconds after which a run that waits for something is ended."""


class TooLong(BaseException):
    """A run that took longer than it may; no handler of errors may hold it up."""


@dataclass(frozen=True)
class Case:
    """Files by name, a command line, standard input and variables of the environment."""

    arguments: tuple[str, ...]
    files: dict[str, bytes] = field(default_factory=dict)
    stdin: bytes = b""
    variables: dict[str, str] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Bytes of input."""
        arguments = sum(len(one) for one in self.arguments)
        return sum(map(len, self.files.values())) + len(self.stdin) + arguments

    @property
    def writes(self) -> bool:
        """Whether it may change files."""
        return "--write" in self.arguments or "-w" in self.arguments


@dataclass(frozen=True)
class Outcome:
    """How a run ended. ``faults``: what must not be, one line each."""

    code: object
    out: str
    err: str
    seconds: float
    faults: tuple[str, ...]


def attempt(case: Case) -> Outcome:
    """Run ``case`` in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="crewprof-fuzz-") as name:
        folder = Path(name)
        (folder / ".git").mkdir()
        _write(case, folder)
        return attempt_in(case, folder)


def attempt_in(case: Case, folder: Path) -> Outcome:
    """Run ``case`` in a folder that has its files already."""
    before = contents(folder)
    code, out, err, seconds, faults = _run(case, folder)
    faults += _faults(case, code, err)
    after = contents(folder)
    faults += _changes(case, before, after)
    if case.writes and before != after and not faults:
        faults += _second_run(case, folder, code)
    return Outcome(code, out, err, seconds, tuple(faults))


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a folder by name."""
    files = (Path(where, name) for where, _, names in os.walk(folder) for name in names)
    return {str(file.relative_to(folder)): file.read_bytes() for file in files if not file.is_symlink()}


def _write(case: Case, folder: Path) -> None:
    for name, data in case.files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)


def _run(case: Case, folder: Path) -> tuple[object, str, str, float, list[str]]:
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", newline="\n", errors="strict") for _ in range(2))
    stdin = io.TextIOWrapper(io.BytesIO(case.stdin), "utf-8")
    allowed = SECONDS * max(1.0, case.size / 100_000)
    faults: list[str] = []
    code: object = None
    used = time.process_time()
    try:
        with _streams(case, folder, (stdin, out, err)), _limited(allowed):
            cli.main()
    except SystemExit as ended:
        code = ended.code
    except TooLong as late:
        faults.append(f"hang: over {allowed:.0f} s for {case.size / 1000:.0f} kB {late}")
    except BaseException as error:
        faults.append(f"traceback: {type(error).__name__}: {error}")
    used = time.process_time() - used
    for stream in (out, err):
        with contextlib.suppress(ValueError, UnicodeError):
            stream.flush()
    return code, _text(out), _text(err), used, faults


def _text(stream: io.TextIOWrapper) -> str:
    kept = stream.buffer
    assert isinstance(kept, io.BytesIO)
    return kept.getvalue().decode("utf-8", "replace")


@contextlib.contextmanager
def _streams(case: Case, folder: Path, streams: tuple[io.TextIOWrapper, ...]) -> Iterator[None]:
    kept = sys.stdin, sys.stdout, sys.stderr, sys.argv, Path.cwd(), dict(os.environ)
    sys.stdin, sys.stdout, sys.stderr = streams
    sys.argv = ["crewprof", *case.arguments]
    for name in [one for one in os.environ if one.startswith(("MODEL", "OPENAI_", "FORCE_COLOR"))]:
        del os.environ[name]
    os.environ.update(
        {"CREWPROF_CACHE_DIR": str(folder.parent / "crewprof-fuzz-cache"), "COLUMNS": "100"}, **case.variables
    )
    os.chdir(folder)
    try:
        yield
    finally:
        sys.stdin, sys.stdout, sys.stderr, sys.argv = kept[:4]
        os.chdir(kept[4])
        os.environ.clear()
        os.environ.update(kept[5])


@contextlib.contextmanager
def _limited(seconds: float) -> Iterator[None]:
    """Raise :class:`TooLong` after so much processor time, or :data:`STUCK` seconds of waiting."""

    def late(_signal: int, frame: FrameType | None) -> None:
        signal.setitimer(signal.ITIMER_PROF, 0)
        raise TooLong(f"at {frame.f_code.co_filename}:{frame.f_lineno}" if frame else "")

    kept = {number: signal.signal(number, late) for number in (signal.SIGPROF, signal.SIGALRM)}
    signal.setitimer(signal.ITIMER_PROF, seconds)
    signal.setitimer(signal.ITIMER_REAL, max(STUCK, 10 * seconds))
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in kept.items():
            signal.signal(number, handler)


def _faults(case: Case, code: object, err: str) -> list[str]:
    found = []
    if code not in (0, 1, 2, None):
        found.append(f"exit: {code!r}")
    bug = next((line for line in err.splitlines() if "crewprof failed" in line), None)
    if bug is not None:
        found.append("bug: " + bug.partition("crewprof failed: ")[2])
    elif "Traceback" in err and not any("Traceback" in one for one in case.arguments):
        found.append("traceback: printed")
    if code == 2 and not err.strip():
        found.append("silent: exit 2 without a word")
    return found


def _changes(case: Case, before: dict[str, bytes], after: dict[str, bytes]) -> list[str]:
    """What happened to files that should not have."""
    reports = {
        after_option
        for option, after_option in zip(case.arguments, case.arguments[1:], strict=False)
        if option in ("-o", "--output")
    }
    reports = {os.path.normpath(one) for one in reports}
    gone = before.keys() - after.keys()
    fresh = {one for one in after.keys() - before.keys() if os.path.normpath(one) not in reports}
    changed = {one for one in before.keys() & after.keys() if before[one] != after[one]}
    found = [f"file gone: {one}" for one in sorted(gone)] + [f"left over: {one}" for one in sorted(fresh)]
    if not case.writes:
        found += [f"file changed: {one}" for one in sorted(changed)]
    found += [f"file emptied: {one}" for one in sorted(changed) if not after[one].strip()]
    return found


def _second_run(case: Case, folder: Path, code: object) -> list[str]:
    """A file that was written can still be read, and there is nothing more to write."""
    once = contents(folder)
    again, _, err, _, faults = _run(case, folder)
    if code != 2 and again == 2:
        faults.append("file broken: " + err.strip().splitlines()[0] if err.strip() else "file broken")
    faults += _faults(case, again, err)
    faults += [
        f"second run changed: {name}" for name, data in contents(folder).items() if once.get(name) != data
    ]
    return faults


def bound_memory(megabytes: int) -> None:
    """Let this process have no more memory than so much."""
    size = megabytes * 1_000_000
    resource.setrlimit(resource.RLIMIT_AS, (size, size))
