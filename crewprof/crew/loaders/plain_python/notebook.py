"""Reading the crews that a notebook makes: its code cells are one module, in order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crewprof.crew.definition import Kind
from crewprof.crew.loaders.plain_python import loader
from crewprof.crew.loaders.plain_python.module_objects import ModuleObjects
from crewprof.errors import CrewprofError, InputError
from crewprof.quick_dataclasses import replace
from crewprof.source.notebook_document import NotebookDocument

if TYPE_CHECKING:
    from crewprof.crew.loaders.registry import Loaded
    from crewprof.python.values import Instance
    from crewprof.source.documents import Documents
    from crewprof.source.field import Field


class NotebookObjects(ModuleObjects):
    """What one ``Crew(…)`` of a notebook is made of. Nothing of a notebook is rewritten."""

    def fields(self, made: Instance) -> dict[str, Field]:
        """See :class:`Surroundings`."""
        return {name: replace(one, is_editable=False) for name, one in super().fields(made).items()}


NOTEBOOK: Final = loader.Form("notebook", Kind.NOTEBOOK, NotebookObjects)


def holds(path: str, documents: Documents) -> bool:
    """Whether a notebook calls CrewAI's ``Crew``, or says so and cannot be read."""
    try:
        documents.python(path)
    except InputError:
        return documents.has_file(path) and _mentions_crewai(path, documents)
    return loader.holds(path, documents)


def _mentions_crewai(path: str, documents: Documents) -> bool:
    try:
        return "crewai" in documents.text(path).text
    except InputError:
        return False


def load(path: str, documents: Documents) -> Loaded:
    """The crews of a notebook; each knows which cells could not be read.

    Raises :class:`InputError` when it is no notebook.
    """
    document = documents.python(path)
    loaded = loader.load_with(NOTEBOOK, path, documents)
    problems = document.problems if isinstance(document, NotebookDocument) else ()
    crews = (replace(crew, unknowns=(*problems, *crew.unknowns)) for crew in loaded.crews)
    return replace(loaded, crews=tuple(crews), errors=tuple(_in_cell(one, document) for one in loaded.errors))


def _in_cell(error: CrewprofError, document: object) -> CrewprofError:
    """An error whose line is counted from the top of its cell."""
    if not isinstance(document, NotebookDocument) or error.path != document.path or error.line is None:
        return error
    start = document.text.offset(error.line, error.column or 1)
    place = document.text.place(start, start)
    return InputError(
        error.message, path=place.shown_path, line=place.shown_line, column=error.column, hint=error.hint
    )
