"""Answers remembered between runs.

An answer depends on the crews as they were read, the settings, the date, the files around the crews, the
version of CrewAI, and crewprof itself. All of that together is the key; whatever changes gives another
key, so a remembered answer is the one that would be worked out again. A folder that cannot be read or
written, or a file in it that is not whole, is as good as none.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from crewprof.cli.fingerprint import NoFingerprint, of_program, of_surroundings
from crewprof.quick_dataclasses import dataclass
from crewprof.semantics.version import detect_version

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crewprof.analysis.options import AnalysisOptions
    from crewprof.crew.definition import Crew

FOLDER = "answers"
"""In the cache folder; other look-ups have files of their own beside it."""
MOST_ANSWERS = 100
"""Answers kept, a few dozen kilobytes each; the oldest go first."""
MOST_CHARACTERS = 5_000_000
"""Of a report that is kept; that of a crew of a thousand tasks can be ten times longer."""
_FORM = "crewprof answer 1"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command prints and how it exits; ``crews`` could be analysed."""

    report: str
    summary: str
    exit_code: int
    crews: int


@dataclass(frozen=True, slots=True)
class Memory:
    """Where one answer is kept; ``file`` is ``None`` when it is not to be kept."""

    file: Path | None

    def recalled(self) -> Answer | None:
        """The answer as it was kept; ``None`` when it is not there or not whole."""
        if self.file is None:
            return None
        try:
            return _read(self.file.read_bytes())
        except (OSError, ValueError):
            return None

    def keep(self, answer: Answer) -> None:
        """Keep ``answer``, in one step, and let the oldest go."""
        if self.file is None or len(answer.report) > MOST_CHARACTERS:
            return
        from crewprof.source.writing import write_new

        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            write_new(self.file, _written(answer))
            _forget_oldest(self.file.parent)
        except (OSError, UnicodeError):
            return


def memory_of(crews: Iterable[tuple[Crew, AnalysisOptions]], *asked: object) -> Memory:
    """The memory of what was ``asked`` about ``crews``, each with how it is analysed.

    Whatever is ``asked`` must have a ``repr`` that says all of it.
    """
    pairs = tuple(crews)
    folder = next((options.cache_dir for _, options in pairs), None)
    if folder is None:
        return Memory(None)
    from hashlib import sha256

    key = sha256()
    try:
        key.update(f"{of_program()}\n{Path.cwd()}\n{asked!r}\n".encode("utf-8", "surrogatepass"))
        for crew, options in pairs:
            key.update(_said(crew, options).encode("utf-8", "surrogatepass"))
    except (NoFingerprint, OSError):
        return Memory(None)
    return Memory(folder / FOLDER / key.hexdigest())


def _said(crew: Crew, options: AnalysisOptions) -> str:
    crewai = detect_version(Path(crew.project_root), options.crewai_version)
    texts = sorted((path, text.has_bom, text.text) for path, text in crew.texts.items())
    return f"{crew!r}\n{texts!r}\n{options!r}\n{of_surroundings(crew, crewai)}\n"


def _written(answer: Answer) -> bytes:
    from hashlib import sha256

    body = f"{answer.exit_code}\n{answer.crews}\n{answer.summary}\n{answer.report}".encode()
    return f"{_FORM}\n{sha256(body).hexdigest()}\n".encode() + body


def _read(data: bytes) -> Answer:
    """Raises :class:`ValueError` when ``data`` is not what :func:`_written` writes."""
    from hashlib import sha256

    form, digest, body = data.split(b"\n", 2)
    if form.decode() != _FORM or digest.decode() != sha256(body).hexdigest():
        raise ValueError("not a whole answer")
    exit_code, crews, summary, report = body.decode().split("\n", 3)
    return Answer(report, summary, int(exit_code), int(crews))


def _forget_oldest(folder: Path) -> None:
    kept = sorted(folder.iterdir(), key=lambda file: file.stat().st_mtime_ns)
    for file in kept[: max(0, len(kept) - MOST_ANSWERS)]:
        file.unlink(missing_ok=True)
