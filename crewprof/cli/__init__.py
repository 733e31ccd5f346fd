"""The command line: one file per command; the only room that prints, exits or reads the environment."""

from __future__ import annotations

import errno
import gc
import os
import sys
from pathlib import Path

from crewprof.cli.exit_codes import EXIT_INTERRUPTED, EXIT_UNABLE
from crewprof.errors import CrewprofError, unexpected

_OUTPUT_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EBADF, errno.EFBIG)
"""What a stream says that takes no more."""
_COLLECTED_AFTER = (1_000_000, 20, 100)
"""How many new objects make Python look for circles among them, and how often it looks at older ones. Its own
700 cost a sixth of a run, which makes some hundred thousand objects, and circles of a few hundred."""


def main() -> None:
    """Entry point of the ``crewprof`` script."""
    if sys.stderr is None:
        # Closed by the caller: there is nowhere to complain to, which is no reason to fail.
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - until the end
    gc.set_threshold(*_COLLECTED_AFTER)
    try:
        try:
            _run()
        except Exception as error:
            sys.exit(_failed(error))
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        sys.exit(EXIT_INTERRUPTED)
    finally:
        # Python looks through all objects as it ends, for nothing: the memory is given back with the process.
        gc.freeze()


def _run() -> None:
    from crewprof.cli.plain import plain_line

    line = plain_line(sys.argv[1:])
    if line is not None:
        sys.exit(line.answer())
    from crewprof.cli.app import run

    sys.exit(run(sys.argv[1:]))


def _failed(error: Exception) -> int:
    """Say in one line what went wrong; the exit code."""
    from crewprof.cli.output import complain, give_up_output

    told = _told(error)
    if told is not error and {"--verbose", "-v"} & set(sys.argv):
        import traceback

        traceback.print_exception(error)
    try:
        if not isinstance(error, CrewprofError) and isinstance(error, OSError):
            give_up_output()
        complain(told)
        sys.stderr.flush()
    except (OSError, ValueError):
        # Whoever reads standard error has gone, or it is full.
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - until the end
    return EXIT_UNABLE


def _told(error: Exception) -> CrewprofError:
    if isinstance(error, CrewprofError):
        return error
    if isinstance(error, OSError) and error.filename is None and error.errno in _OUTPUT_FULL:
        return CrewprofError(f"cannot write to standard output: {error.strerror}", hint="free some space")
    return unexpected(error)
