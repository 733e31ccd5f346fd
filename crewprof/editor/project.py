"""What is open in an editor, and the crews it belongs to, analysed from unsaved text."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from crewprof.analysis.pipeline import check_crew
from crewprof.crew.discovery import load_all
from crewprof.crew.owners import Owners
from crewprof.errors import CrewprofError, NotACrew, unexpected
from crewprof.quick_dataclasses import dataclass
from crewprof.source.documents import Documents
from crewprof.source.text import SourceText

if TYPE_CHECKING:
    from collections.abc import Callable

    from crewprof.analysis.options import AnalysisOptions
    from crewprof.analysis.result import Analysis
    from crewprof.crew.definition import Crew


@dataclass(frozen=True, slots=True)
class Looked:
    """The crews a file belongs to, and what could not be read of them."""

    analyses: tuple[Analysis, ...] = ()
    errors: tuple[CrewprofError, ...] = ()

    @property
    def paths(self) -> set[str]:
        """Every file that something may be said about."""
        texts = {path for one in self.analyses for path in one.crew.texts}
        return texts | {one.path for one in self.errors if one.path}


class Project:
    """Texts of an editor, by absolute path, over the files on disk."""

    def __init__(self, options_for: Callable[[Crew], AnalysisOptions]) -> None:
        self._options_for = options_for
        self._open: dict[str, SourceText] = {}
        self._documents = Documents()

    def set_text(self, path: str, text: str) -> None:
        """What the editor shows of ``path``, saved or not."""
        self._open[path] = SourceText(path, text)
        self._documents = self._documents.with_texts({path: self._open[path]})

    def text_of(self, path: str) -> str | None:
        """The text the editor shows, ``None`` for a file that is not open."""
        known = self._open.get(path)
        return None if known is None else known.text

    def close(self, path: str) -> None:
        """The file is read from disk again."""
        self._open.pop(path, None)
        self.refresh()

    def refresh(self) -> None:
        """Files on disk may have changed: what is not open is read again."""
        self._documents = Documents(texts=self._open)

    def look(self, path: str) -> Looked:
        """The crews that ``path`` belongs to, as the editor shows them now; nothing for any other file."""
        loaded = load_all(path, Owners(self._documents))
        analyses: list[Analysis] = []
        errors = [one for one in loaded.errors if not isinstance(one, NotACrew)]
        for crew in loaded.crews:
            try:
                analyses.append(check_crew(crew, self._options_for(crew)))
            except CrewprofError as error:
                errors.append(error)
            except Exception as error:
                errors.append(unexpected(error, crew.path))
        return Looked(tuple(analyses), tuple(errors))


def absolute(path: str) -> str:
    """``path`` as the editor names it."""
    return str(Path(path).absolute())
