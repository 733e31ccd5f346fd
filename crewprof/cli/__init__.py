"""The command line: one file per command; the only room that prints, exits or reads the environment."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from crewprof.cli.exit_codes import EXIT_UNABLE
from crewprof.errors import CrewprofError, unexpected

EXIT_INTERRUPTED = 130
"""Stopped by Ctrl-C, as shells count it (128 + SIGINT)."""


def main() -> None:
    """Entry point of the ``crewprof`` script."""
    from crewprof.cli.output import complain, give_up_output

    if sys.stderr is None:
        # Closed by the caller: there is nowhere to complain to, which is no reason to fail.
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - until the end
    try:
        _run()
    except CrewprofError as error:
        complain(error)
        sys.exit(EXIT_UNABLE)
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        sys.exit(EXIT_INTERRUPTED)
    except BrokenPipeError:
        # Whoever reads standard error has gone.
        give_up_output()
        sys.exit(EXIT_UNABLE)
    except Exception as error:
        if {"--verbose", "-v"} & set(sys.argv):
            import traceback

            traceback.print_exc()
        complain(unexpected(error))
        sys.exit(EXIT_UNABLE)


def _run() -> None:
    from crewprof.cli.plain import plain_line

    line = plain_line(sys.argv[1:])
    if line is not None:
        sys.exit(line.answer())
    from crewprof.cli.app import app

    app()
