"""The ways to write crews that are read: one line a form."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Final, Protocol, cast

from crewprof.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crewprof.crew.definition import Crew, Flow
    from crewprof.errors import CrewprofError
    from crewprof.source.documents import Documents
    from crewprof.source.text import SourceText


@dataclass(frozen=True, slots=True)
class Loaded:
    """What one file holds, and an error for each crew in it that could not be read."""

    crews: tuple[Crew, ...] = ()
    flows: tuple[Flow, ...] = ()
    errors: tuple[CrewprofError, ...] = field(default=())


class Loader(Protocol):
    """What a form's module has."""

    def holds(self, path: str, documents: Documents) -> bool:
        """Whether the file is meant as one of this form, broken or not; never raises."""

    def load(self, path: str, documents: Documents) -> Loaded:
        """What the file holds in this form.

        Raises :class:`InputError` when nothing of the file can be read.
        """


@dataclass(frozen=True, slots=True)
class Form:
    """One way to write crews.

    ``marks``: a file that holds none of these texts is not of this form, which saves parsing it (empty:
    every file with one of the ``suffixes`` is looked at). ``module`` is imported on first use.
    """

    name: str
    suffixes: frozenset[str]
    marks: tuple[str, ...]
    module: str

    @property
    def loader(self) -> Loader:
        """The module."""
        return cast("Loader", import_module(self.module))


FORMS: Final = (
    Form(
        "flow",
        frozenset({".yaml", ".yml", ".json", ".jsonc"}),
        ("crewai.flow", "methods"),
        "crewprof.crew.loaders.flow.loader",
    ),
    Form("crew-yaml", frozenset({".yaml", ".yml"}), ("agents",), "crewprof.crew.loaders.crew_yaml"),
    Form("jsonc", frozenset({".jsonc", ".json"}), ("agents",), "crewprof.crew.loaders.crew_json"),
    Form("crewbase", frozenset({".py"}), ("CrewBase",), "crewprof.crew.loaders.crewbase.loader"),
    Form("python", frozenset({".py"}), ("crewai",), "crewprof.crew.loaders.plain_python.loader"),
    Form("notebook", frozenset({".ipynb"}), ("crewai",), "crewprof.crew.loaders.plain_python.notebook"),
)


def form_named(name: str) -> Form:
    """The form called ``name``; ``KeyError`` if there is none."""
    for form in FORMS:
        if form.name == name:
            return form
    raise KeyError(name)


def reload_crew(crew: Crew, texts: Mapping[str, SourceText]) -> Crew:
    """``crew`` as it would be read if its files held ``texts`` (by path).

    Raises :class:`InputError` when it could not be read then.
    """
    loaded = form_named(crew.written.form).loader.load(crew.path, crew.documents.with_texts(texts))
    same = [one for one in loaded.crews if one.name == crew.name and one.kind is crew.kind]
    if same:
        # Two crews of one name are told apart by where they stand.
        return min(same, key=lambda one: abs(one.place.line - crew.place.line))
    raise loaded.errors[0] if loaded.errors else InputError(f"the crew {crew.name} is gone", path=crew.path)
