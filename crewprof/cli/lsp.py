"""``crewprof lsp``."""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING

from crewprof.cli import options
from crewprof.cli.options import Flags
from crewprof.cli.session import Session
from crewprof.errors import MissingExtra

if TYPE_CHECKING:
    from crewprof.analysis.options import AnalysisOptions
    from crewprof.crew.definition import Crew


@options.takes_crew_flags
def lsp(flags: Flags) -> None:
    """Serve an editor on standard input and output (Language Server Protocol).

    Findings while you type, fixes as quick actions, the cost above each task and crew, the page of a rule on
    hover. Needs `pip install 'crewprof[lsp]'`.
    """
    if importlib.util.find_spec("pygls") is None:
        raise MissingExtra(
            "the language server needs the package pygls, which is not installed here",
            hint="pip install 'crewprof[lsp]'",
        )
    from crewprof.editor.server import server_for

    def options_for(crew: Crew) -> AnalysisOptions:
        # A session of its own reads the settings anew: they may have been edited.
        return Session([crew.path], flags).options_for(crew)

    server_for(options_for).start_io()
