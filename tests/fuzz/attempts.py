"""One command line run in this process on files that nobody should write, and what must hold afterwards."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import stat
import sys
import tempfile
import time
import zlib
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Final

from crewprof import cli
from tests.fuzz.streams import KEPT, Streams, opened, said

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

SECONDS: Final = 2.0
"""Processor time that 100 kB of input may take; less input may take as much."""
REPORT_OPTIONS: Final = ("-o", "--output", "--write-baseline")
"""Options with the name of a file to write."""
STUCK: Final = 30.0
"""Seconds after which a run that waits for something is ended."""


MEMORY: Final = Path("/dev/shm")
"""A file system in memory, where Linux has it."""


class TooLong(BaseException):
    """A run that took longer than it may; no handler of errors may hold it up."""


def _length(name: str, data: bytes) -> int:
    if name.startswith(".git/objects/"):
        with contextlib.suppress(zlib.error):
            return len(zlib.decompress(data))
    return len(data)


@dataclass(frozen=True)
class Case:
    """Files by name, a command line, standard input and variables of the environment.

    ``special``: names that are no plain files, each with what it is: ``folder``, ``pipe``, ``-> TARGET`` for
    a link (``SELF`` in it is its own name), or three octal digits, the mode of what is there.
    """

    arguments: tuple[str, ...]
    files: dict[str, bytes] = field(default_factory=dict)
    stdin: bytes = b""
    variables: dict[str, str] = field(default_factory=dict)
    special: dict[str, str] = field(default_factory=dict)
    streams: Streams = field(default_factory=Streams)

    @property
    def size(self) -> int:
        """Bytes of input; of what Git keeps compressed, the bytes that crewprof has to read."""
        arguments = sum(len(one) for one in self.arguments)
        files = sum(_length(name, data) for name, data in self.files.items())
        return files + len(self.stdin) + arguments

    @property
    def reports(self) -> set[str]:
        """Names of files it is told to write a report to."""
        return {os.path.normpath(name) for option, name in self._given if option in REPORT_OPTIONS}

    @property
    def named(self) -> set[str]:
        """Whatever else its arguments say: paths, and values of other options."""
        return {os.path.normpath(name) for option, name in self._given if option not in REPORT_OPTIONS}

    @property
    def _given(self) -> Iterator[tuple[str, str]]:
        """Each argument after the one before it."""
        given = [one for argument in self.arguments for one in argument.partition("=")[::2] if one]
        return pairwise(("", *given))

    @property
    def writes(self) -> bool:
        """Whether it may change files."""
        return any(one in self.arguments for one in ("--write", "-w", "--add-ignore"))


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
    with folder_of(case) as folder:
        return attempt_in(case, folder)


@contextlib.contextmanager
def folder_of(case: Case) -> Iterator[Path]:
    """A repository of its own with the files of ``case``; in memory where that is a file system."""
    name = tempfile.mkdtemp(prefix="crewprof-fuzz-", dir=MEMORY if MEMORY.is_dir() else None)
    folder = Path(name)
    try:
        (folder / ".git").mkdir()
        _write(case, folder)
        yield folder
    finally:
        shutil.rmtree(name, onerror=_retry_with_rights)


def _retry_with_rights(_remove: object, path: str, _error: object) -> None:
    """Remove a folder that nobody may write to."""
    parent = Path(path).parent
    for one in (parent, Path(path)):
        if not one.is_symlink():
            one.chmod(0o700)
    if Path(path).is_dir() and not Path(path).is_symlink():
        shutil.rmtree(path, onerror=_retry_with_rights)
    else:
        Path(path).unlink()


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
    """Every plain file of a folder that can be read, by name."""
    found = {}
    for where, _, names in os.walk(folder):
        for file in (Path(where, name) for name in names):
            with contextlib.suppress(PermissionError):
                if stat.S_ISREG(file.lstat().st_mode):
                    found[str(file.relative_to(folder))] = file.read_bytes()
    return found


def _write(case: Case, folder: Path) -> None:
    for name, data in case.files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    for name, what in case.special.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        if what == "folder":
            file.mkdir(exist_ok=True)
        elif what == "pipe":
            os.mkfifo(file)
        elif what.startswith("-> "):
            file.symlink_to(what.removeprefix("-> ").replace("SELF", file.name))
    for name, what in case.special.items():
        if what.isdigit():
            (folder / name).chmod(int(what, 8))


def _run(case: Case, folder: Path) -> tuple[object, str, str, float, list[str]]:
    faults: list[str] = []
    code: object = None
    used = time.process_time()
    with opened(case.streams, case.stdin) as streams:
        try:
            with surroundings(case, folder), limited(case.size, faults):
                cli.main()
        except SystemExit as ended:
            code = ended.code
        except BaseException as error:
            faults.append(f"traceback: {type(error).__name__}: {error}")
    used = time.process_time() - used
    out, err = said(streams)
    return code, out, err, used, faults


@contextlib.contextmanager
def surroundings(case: Case, folder: Path) -> Iterator[None]:
    """The folder, the command line and the environment of ``case``."""
    kept = sys.argv, Path.cwd(), dict(os.environ)
    sys.argv = ["crewprof", *case.arguments]
    for name in [one for one in os.environ if one.startswith(("MODEL", "OPENAI_", "FORCE_COLOR"))]:
        del os.environ[name]
    cache = str(folder.parent / f"crewprof-fuzz-cache-{os.getpid()}")
    os.environ.update({"CREWPROF_CACHE_DIR": cache, "COLUMNS": "100"}, **case.variables)
    os.chdir(folder)
    try:
        yield
    finally:
        sys.argv = kept[0]
        os.chdir(kept[1])
        os.environ.clear()
        os.environ.update(kept[2])


@contextlib.contextmanager
def limited(size: int, faults: list[str]) -> Iterator[None]:
    """End what takes more processor time than so many bytes may, or :data:`STUCK` seconds of waiting."""
    allowed = SECONDS * max(1.0, size / 100_000)

    def late(_signal: int, frame: FrameType | None) -> None:
        signal.setitimer(signal.ITIMER_PROF, 0)
        raise TooLong(f"at {frame.f_code.co_filename}:{frame.f_lineno}" if frame else "")

    kept = {number: signal.signal(number, late) for number in (signal.SIGPROF, signal.SIGALRM)}
    signal.setitimer(signal.ITIMER_PROF, allowed)
    signal.setitimer(signal.ITIMER_REAL, max(STUCK, 10 * allowed))
    try:
        yield
    except TooLong as late_at:
        faults.append(f"hang: over {allowed:.0f} s for {size / 1000:.0f} kB {late_at}")
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
    has_help = not case.arguments
    if code == 2 and not err.strip() and not has_help and case.streams.stderr in KEPT:
        found.append("silent: exit 2 without a word")
    return found


def _changes(case: Case, before: dict[str, bytes], after: dict[str, bytes]) -> list[str]:
    """What happened to files that should not have."""
    links = {one: case.special.get(one, "").removeprefix("-> ") for one in case.reports}
    led_to = {os.path.normpath(Path(one).parent / link) for one, link in links.items()}
    reports = {*case.reports, *led_to}
    gone = before.keys() - after.keys()
    fresh = {one for one in after.keys() - before.keys() if os.path.normpath(one) not in reports}
    changed = {one for one in before.keys() & after.keys() if before[one] != after[one]}
    # A report may replace an old one, but not a file that the same run is told to read.
    changed -= {one for one in changed if os.path.normpath(one) in reports - case.named}
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
        f"second run changed: {name}"
        for name, data in contents(folder).items()
        if once.get(name) != data and os.path.normpath(name) not in case.reports
    ]
    return faults


def bound_memory(megabytes: int) -> None:
    """Let this process have no more memory than so much."""
    import resource

    size = megabytes * 1_000_000
    resource.setrlimit(resource.RLIMIT_AS, (size, size))


def give_up_rights() -> None:
    """Let root see locked files as everybody does (Linux)."""
    if sys.platform != "linux" or os.getuid():
        return
    import ctypes

    version, read_anything, read_and_search = 0x20080522, 1 << 1, 1 << 2
    header, data = (ctypes.c_uint32 * 2)(version, 0), (ctypes.c_uint32 * 6)()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.capget(header, data) == 0:
        for set_of_rights in (0, 1):  # effective and permitted ones
            data[set_of_rights] &= ~(read_anything | read_and_search)
        libc.capset(header, data)
