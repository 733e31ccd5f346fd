"""The command line: one file per command; the only room that prints, exits or reads the environment."""

from __future__ import annotations

import sys

from crewprof.errors import CrewprofError

EXIT_UNABLE = 2
"""crewprof could not do its work: a bad option, unreadable or invalid input."""
EXIT_INTERRUPTED = 130
"""Stopped by Ctrl-C, as shells count it (128 + SIGINT)."""


def main() -> None:
    """Entry point of the ``crewprof`` script."""
    from crewprof.cli.output import complain
    from crewprof.cli.plain import plain_line

    try:
        line = plain_line(sys.argv[1:])
        if line is not None:
            sys.exit(line.answer())
        from crewprof.cli.app import app

        app()
    except CrewprofError as error:
        complain(error)
        sys.exit(EXIT_UNABLE)
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        sys.exit(EXIT_INTERRUPTED)
    except BrokenPipeError:
        # The reader (head, less) has gone: closing stderr keeps Python from complaining at exit.
        sys.stderr.close()
        sys.exit(0)
