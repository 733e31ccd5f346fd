"""Where text goes: reports to standard output or a file, errors and progress to standard error."""

from __future__ import annotations

import contextlib
import errno
import io
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, TextIO, TypeVar

from crewprof.cli.links import linked, wants_links
from crewprof.errors import CrewprofError, InputError
from crewprof.report.look import Look
from crewprof.report.plain_text import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from crewprof.report.look import Sorting

Item = TypeVar("Item")

WIDE = 80
"""Columns of a terminal from which lines of files are shown beside what is said of them."""
NARROWEST = 50
"""Columns below which a report's tables cannot be read."""
WIDEST = 1_000
"""Columns of the widest report: no terminal has more, whatever ``COLUMNS`` says."""
DRAWN = "█▏░─│·≥"
"""Characters the reports draw with where the encoding of standard output has them."""
_AT_ONCE = 1 << 20
"""Characters of a report that are written at once."""
PIPE_WIDTH = 100
"""Columns of a report that goes to a file or pipe, where no terminal says how wide it is."""


def complain(error: CrewprofError) -> None:
    """One line that says what is wrong and where, and one that says what to do."""
    _tell(f"error: {error}", "error", "1;31")
    if error.hint:
        _tell(f"  hint: {error.hint}", "hint", "1;36")


def say(text: str) -> None:
    """A summary line on standard error."""
    _tell(text)


def _tell(text: str, word: str = "", code: str = "") -> None:
    """A line on standard error, its first ``word`` in colour; on a terminal broken between words."""
    told = visible(text)
    if sys.stderr.isatty():
        from crewprof.report.drawing import lines_of

        told = "\n    ".join(told[start:end].rstrip() for start, end, _ in lines_of(told, report_width() - 4))
    if word and wants_colour(sys.stderr):
        told = told.replace(word, f"\x1b[{code}m{word}\x1b[0m", 1)
    sys.stderr.write(told + "\n")


def wants_colour(stream: TextIO) -> bool:
    """Whether ``stream`` gets colour: a terminal, unless ``NO_COLOR`` or ``TERM=dumb`` says no;
    ``FORCE_COLOR`` says yes to a pipe."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def report_width() -> int:
    """Columns of the report: the terminal's, or :data:`PIPE_WIDTH`; ``COLUMNS`` wins."""
    return min(max(NARROWEST, _terminal_width() or PIPE_WIDTH), WIDEST)


def _terminal_width() -> int:
    """As ``shutil.get_terminal_size`` says, which is slow to load; 0 without a terminal."""
    try:
        columns = int(os.environ.get("COLUMNS", ""))
    except ValueError:
        columns = 0
    if columns > 0:
        return columns
    try:
        return os.get_terminal_size(sys.__stdout__.fileno()).columns if sys.__stdout__ is not None else 0
    except (AttributeError, ValueError, OSError):
        return 0


def look_of(*, to_file: bool, verbose: bool = False, sort: Sorting = "cost") -> Look:
    """How a report may look where it goes: a file has no colour and every character."""
    return Look(
        width=report_width(),
        colour=not to_file and sys.stdout is not None and wants_colour(sys.stdout),
        ascii_only=not to_file and not _can_draw(),
        verbose=verbose,
        sort=sort,
        frames=not to_file and _is_terminal() and report_width() >= WIDE,
        wraps=not to_file and _is_terminal(),
        exact=to_file,
    )


def _is_terminal() -> bool:
    return sys.stdout is not None and sys.stdout.isatty()


def _can_draw() -> bool:
    if sys.stdout is None:
        return True
    try:
        DRAWN.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return False
    return True


def refuse_overwriting(
    output: str | None,
    inputs: Iterable[str | Path],
    message: str = "the report would overwrite its input",
    hint: str = "choose another file for --output",
) -> None:
    """Raises :class:`InputError` when ``output`` is one of ``inputs``, by whatever name."""
    if output is None or output == "-" or not os.path.isfile(output):  # noqa: PTH113 - never raises
        return
    for one in inputs:
        try:
            is_same = Path(one).samefile(output)
        except (OSError, ValueError):
            continue
        if is_same:
            raise InputError(message, path=output, hint=hint)


def emit(text: str, output: str | None, *, for_people: bool = False) -> None:
    """Write a report to ``output`` (a file, replaced in one step) or standard output.

    ``for_people``: whether a terminal that takes links gets them.
    A reader of standard output that has gone (``head``, ``less``) wants no more: that is no error.
    """
    ended = text if text.endswith("\n") or not text else text + "\n"
    try:
        if output is None or output == "-":
            has_links = for_people and wants_links(sys.stdout)
            _to_standard_output(linked(ended) if has_links else ended)
        else:
            from crewprof.source.writing import write_new

            write_new(output, ended.encode("utf-8", "surrogateescape"))
    except BrokenPipeError:
        give_up_output()
    except OSError as error:
        give_up_output()
        place = None if output is None or output == "-" else output
        hint = "choose a file with --output" if place is None else "choose another file with --output"
        raise CrewprofError(f"cannot write the report: {error.strerror}", path=place, hint=hint) from error


def _to_standard_output(text: str) -> None:
    if sys.stdout is None:
        raise OSError(errno.EBADF, "standard output is closed")
    if isinstance(sys.stdout, io.TextIOWrapper):
        # Names may hold characters the terminal's encoding lacks; a report must not fail on them.
        sys.stdout.reconfigure(errors="backslashreplace")
    # What is written at once is there twice for a while: a report can have a hundred megabytes.
    for start in range(0, len(text), _AT_ONCE):
        sys.stdout.write(text[start : start + _AT_ONCE])
    sys.stdout.flush()


def give_up_output() -> None:
    """Let go of a standard output that takes no more, or Python would fail on it again when it ends."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class Progress:
    """A line on a terminal's standard error that says how far long work is; silent in a pipe."""

    def __init__(self, *, shown: bool) -> None:
        self._shown = shown and sys.stderr.isatty()
        self._width = 0

    def each(self, items: Sequence[tuple[str, Item]]) -> Iterator[Item]:
        """The second of each pair, showing the first while it is worked on."""
        for number, (name, item) in enumerate(items, start=1):
            if self._shown and len(items) > 1:
                self._show(f"{number}/{len(items)} {name}")
            yield item
        if self._width:
            self._show("")

    def _show(self, text: str) -> None:
        cut = text[: report_width() - 1]
        sys.stderr.write("\r" + cut.ljust(self._width) + ("" if cut else "\r"))
        sys.stderr.flush()
        self._width = len(cut)
