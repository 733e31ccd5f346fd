"""The ways to write crews that are read: one line a form."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Final, Protocol, cast

from crewprof.errors import InputError
from crewprof.quick_dataclasses import dataclass, field, replace

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from crewprof.crew.definition import Crew
    from crewprof.crew.flow_definition import Flow
    from crewprof.errors import CrewprofError
    from crewprof.source.documents import Documents
    from crewprof.source.text import SourceText

DATA_SUFFIXES: Final = frozenset({".yaml", ".yml", ".json", ".jsonc"})


@dataclass(frozen=True, slots=True)
class Loaded:
    """What one file holds, and an error for each crew in it that could not be read.

    ``passed_over`` are files that have a word of crews in them and hold none.
    ``notes`` say what was found and left out, and why. ``data`` are files that the code that makes the
    crews reads: what stands in them is known by these crews.
    """

    crews: tuple[Crew, ...] = ()
    flows: tuple[Flow, ...] = ()
    errors: tuple[CrewprofError, ...] = field(default=())
    passed_over: tuple[str, ...] = ()
    notes: tuple[str, ...] = field(default=(), kw_only=True)
    data: frozenset[Path] = field(default=frozenset(), kw_only=True)


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
    every file with one of the ``suffixes`` is looked at); with one of the ``names`` it is looked at all the
    same. ``module`` is imported on first use.
    """

    name: str
    suffixes: frozenset[str]
    marks: tuple[str, ...]
    module: str
    names: frozenset[str] = frozenset()

    @property
    def is_data(self) -> bool:
        """Whether it is plain data, which needs no file to be read from."""
        return self.suffixes <= DATA_SUFFIXES

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
    Form(
        "crew-yaml",
        frozenset({".yaml", ".yml"}),
        ("agents",),
        "crewprof.crew.loaders.crew_yaml",
        frozenset({"crew.yaml", "crew.yml"}),
    ),
    Form(
        "jsonc",
        frozenset({".jsonc", ".json"}),
        ("agents",),
        "crewprof.crew.loaders.crew_json",
        frozenset({"crew.jsonc", "crew.json"}),
    ),
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


def forms_for(file: Path) -> tuple[Form, ...]:
    """The forms that a file may have by its suffix, first those that have a usual name for their files."""
    return _with_suffix(file.suffix)


@cache
def _with_suffix(suffix: str) -> tuple[Form, ...]:
    forms = (form for form in FORMS if suffix in form.suffixes)
    return tuple(sorted(forms, key=lambda form: not form.names))


@cache
def _words(suffix: str, name: str | None) -> tuple[str, ...]:
    """The words of which a file of that suffix has one; none where every such file is looked at."""
    needed = [() if name in form.names else form.marks for form in _with_suffix(suffix)]
    return tuple(word for words in needed for word in words) if all(needed) else ()


_NAMES: Final = frozenset(name for form in FORMS for name in form.names)


def may_hold_crews(file: Path, documents: Documents) -> bool:
    """Whether a file has a word that one of its forms needs: a look at its bytes, kept only if it has.

    Raises :class:`InputError` when the file cannot be read.
    """
    suffix, name = file.suffix, file.name
    words = _words(suffix, name if name in _NAMES else None)
    return bool(_with_suffix(suffix)) and documents.mentions(file, words)


def forms_of(file: Path, documents: Documents) -> tuple[Form, ...]:
    """The forms that a file is meant as, broken or not.

    Raises :class:`InputError` when the file cannot be read.
    """
    if not may_hold_crews(file, documents):
        return ()
    try:
        documents.text(file)
    except InputError:
        documents = documents.with_guess(file)
    return tuple(
        form
        for form in forms_for(file)
        # A form without a mark in the file needs no loader to say so.
        if documents.mentions(file, () if file.name in form.names else form.marks)
        and form.loader.holds(str(file), documents)
    )


def reload_crew(crew: Crew, texts: Mapping[str, SourceText]) -> Crew:
    """``crew`` as it would be read if its files held ``texts`` (by path); itself where none of them changes.

    Raises :class:`InputError` when it could not be read then.
    """
    return Reloading(texts).crew(crew)


def read_again(crew: Crew, documents: Documents) -> Crew:
    """``crew`` as it is read from ``documents``.

    Raises :class:`InputError` when it cannot be read from them.
    """
    return _same_in(_loaded(crew, documents), crew)


class Reloading:
    """Reads crews as they would be with other ``texts`` (by path), each file once for all crews in it."""

    def __init__(self, texts: Mapping[str, SourceText]) -> None:
        self._texts = texts
        self._of_files: dict[tuple[str, str], Loaded] = {}

    def crew(self, crew: Crew) -> Crew:
        """``crew`` as it is then; itself where none of its files changes.

        Raises :class:`InputError` when it could not be read.
        """
        if all(crew.texts.get(path, text) == text for path, text in self._texts.items()):
            return crew
        key = (crew.written.form, crew.path)
        if key not in self._of_files:
            # What a crew has of a notebook is its code: only what is new takes the place of a file. Files
            # that this crew does not read may be read by the next one of the same file.
            new = {path: text for path, text in self._texts.items() if crew.texts.get(path) != text}
            self._of_files[key] = _loaded(crew, crew.documents.with_texts(new))
        return _same_in(self._of_files[key], crew)


def _loaded(crew: Crew, documents: Documents) -> Loaded:
    return form_named(crew.written.form).loader.load(crew.path, documents)


def _same_in(loaded: Loaded, crew: Crew) -> Crew:
    alike = [one for one in loaded.crews if one.kind is crew.kind]
    # A flow may have given the only crew of another file a name of its own.
    same = [one for one in alike if one.name == crew.name] or (alike if len(alike) == 1 else [])
    if same:
        # Two crews of one name are told apart by where they stand.
        found = min(same, key=lambda one: abs(one.place.line - crew.place.line))
        return found if found.kickoff_sites else _started_alike(found, crew)
    raise loaded.errors[0] if loaded.errors else InputError(f"the crew {crew.name} is gone", path=crew.path)


def _started_alike(crew: Crew, before: Crew) -> Crew:
    """``crew`` started as ``before`` was, of which its own files say nothing."""
    if not before.kickoff_sites:
        return crew
    return replace(
        crew,
        name=before.name,
        inputs=before.inputs,
        inputs_known=before.inputs_known,
        kickoffs=before.kickoffs,
        kickoff_sites=before.kickoff_sites,
    )
