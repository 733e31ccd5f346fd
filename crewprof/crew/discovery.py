"""Finding crews: what a path given on the command line stands for."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from crewprof.crew.definition import Kind
from crewprof.crew.loaders.registry import Loaded, form_named
from crewprof.crew.owners import Owners, searched_folders
from crewprof.crew.project_files import files_below
from crewprof.errors import CrewprofError, InputError, NotACrew
from crewprof.source.documents import NOTEBOOK_SUFFIX, Documents
from crewprof.source.text import SourceText
from crewprof.source.yaml_document import parse_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

YAML_SUFFIXES: Final = frozenset({".yaml", ".yml"})

_CREW_NAMES: Final = frozenset({"crew.yaml", "crew.yml"})
_CONFIG_NAMES: Final = frozenset({"agents", "tasks"})
_PYTHON_SUFFIXES: Final = frozenset({".py", NOTEBOOK_SUFFIX})
_JSON_SUFFIXES: Final = frozenset({".json", ".jsonc"})
_MEMBER_KEYS: Final = frozenset({"role", "goal", "backstory", "description", "expected_output"})
_AGENTS_KEY: Final = re.compile(r"^[\"']?agents[\"']?\s*:", re.MULTILINE)
_TASKS_KEY: Final = re.compile(r"^[\"']?tasks[\"']?\s*:", re.MULTILINE)
_FLOW_SCHEMA: Final = re.compile(r"^[\"']?schema[\"']?\s*:\s*[\"']?crewai\.flow", re.MULTILINE)
_LOOKED_FOR: Final = (
    "looked for crew.jsonc, crew.yaml, other JSON and YAML files with agents and tasks, and Python with "
    "@CrewBase classes"
)
_FORMS: Final = (
    "crewprof reads crew.jsonc, crew.yaml, declarative flows, @CrewBase classes, Python and "
    "notebooks with Crew(…)"
)


@dataclass(frozen=True, slots=True)
class CrewInput:
    """A file that holds crews: one in YAML, one or more ``@CrewBase`` classes in Python.

    ``config`` is the YAML file that was asked for when only the classes that read it are wanted;
    ``is_guess`` means that nothing but its being named says that a YAML file is a crew.
    """

    path: str
    kind: Kind
    config: str | None = None
    is_guess: bool = False


def load_all(path: str | Path, owners: Owners | None = None) -> Loaded:
    """Every crew and flow at ``path``, and an error for each that could not be read.

    ``owners`` saves looking again at a project whose files are given one by one. What holds no crew and
    belongs to none is told as :class:`NotACrew`.
    """
    try:
        inputs = find_crews(path, owners)
    except CrewprofError as error:
        return Loaded(errors=(error,))
    documents = Documents()
    found = [load_input(one, documents) for one in inputs]
    return Loaded(
        crews=tuple(crew for one in found for crew in one.crews),
        flows=tuple(flow for one in found for flow in one.flows),
        errors=tuple(error for one in found for error in one.errors),
    )


def load_input(one: CrewInput, documents: Documents) -> Loaded:
    """The crews and flows of one file, and an error for each that could not be read."""
    try:
        loaded = form_named(one.kind.value).loader.load(one.path, documents)
    except CrewprofError as error:
        return Loaded(errors=(_unrelated(error) if one.is_guess else error,))
    if one.config is None:
        return loaded
    wanted = Path(one.config).resolve()
    crews = tuple(crew for crew in loaded.crews if wanted in {Path(name).resolve() for name in crew.texts})
    return replace(loaded, crews=crews)


def find_crews(path: str | Path, owners: Owners | None = None) -> list[CrewInput]:
    """The files with crews that ``path`` stands for, each once.

    ``path`` is a ``crew.yaml`` of any name, a folder, a ``config/agents.yaml`` or ``tasks.yaml``, or a
    Python file with the class or something that a class takes from it. Raises :class:`NotACrew` when
    there is no crew, saying what was looked for, and :class:`InputError` for what cannot be read.
    """
    given = Path(path)
    if given.is_dir():
        return _in_folder(given)
    if not given.exists():
        raise InputError("there is no such file or folder", path=str(path), hint="check the path")
    if given.suffix in _JSON_SUFFIXES:
        return _in_json(given)
    if given.suffix == NOTEBOOK_SUFFIX:
        return _in_notebook(given)
    if given.suffix == ".py":
        return _in_python(given, owners)
    return _in_yaml(given, owners)


def _in_json(path: Path) -> list[CrewInput]:
    from crewprof.crew.loaders.crew_json import crews_of_agent

    for kind in (Kind.FLOW, Kind.JSONC):
        if form_named(kind.value).loader.holds(str(path), Documents()):
            return [CrewInput(str(path), kind)]
    owners = [CrewInput(_as_given(file, path), Kind.JSONC, config=str(path)) for file in crews_of_agent(path)]
    return owners or [CrewInput(str(path), Kind.JSONC, is_guess=True)]


def _in_yaml(path: Path, owners: Owners | None) -> list[CrewInput]:
    try:
        text = SourceText.read(path)
        if form_named(Kind.FLOW.value).loader.holds(str(path), Documents()):
            return [CrewInput(str(path), Kind.FLOW)]
        if _is_meant(path, text):
            return [CrewInput(str(path), Kind.CREW_YAML)]
        may_be_config = path.stem in _CONFIG_NAMES or _looks_like_config(text)
    except InputError as error:
        if path.name in _CREW_NAMES:
            raise
        # What a class reads is an error of its crew, whatever is wrong with it.
        owned = _of_config(path, owners)
        if owned:
            return owned
        raise _unrelated(error) from error
    if not may_be_config:
        return [CrewInput(str(path), Kind.CREW_YAML, is_guess=True)]
    owned = _of_config(path, owners)
    if owned:
        return owned
    last = searched_folders(path)[-1]
    raise NotACrew(
        "no @CrewBase class reads this file",
        path=str(path),
        hint=f"looked for one in Python files from {path.parent} up to {_as_given(last, path)}; {_FORMS}",
    )


def _unrelated(error: CrewprofError) -> CrewprofError:
    return NotACrew(error.message, path=error.path, line=error.line, column=error.column, hint=error.hint)


def _is_meant(path: Path, text: SourceText) -> bool:
    """Whether a YAML file is meant as a crew, broken or not."""
    keys = (_AGENTS_KEY.search(text.text), _TASKS_KEY.search(text.text))
    return all(keys) or (path.name in _CREW_NAMES and any(keys))


def _looks_like_config(text: SourceText) -> bool:
    """Whether a YAML file holds agents or tasks by name, as the classes of a project read them."""
    data = parse_yaml(text).data
    if not isinstance(data, dict) or not data:
        return False
    return all(isinstance(one, dict) and _MEMBER_KEYS & one.keys() for one in data.values())


def _of_config(path: Path, owners: Owners | None) -> list[CrewInput]:
    """The classes that read a config file, sought from its folder upward."""
    documents = Documents()
    return [
        replace(one, config=str(path))
        for file in (owners or Owners()).of(path)
        for one in _python_forms(Path(_as_given(file, path)), documents)
    ]


def _as_given(file: Path, beside: Path) -> str:
    """``file`` (resolved), written relative to the working folder when ``beside`` was."""
    if beside.is_absolute():
        return str(file)
    try:
        return str(file.relative_to(Path.cwd()))
    except ValueError:
        return str(file)


def _in_python(path: Path, owners: Owners | None) -> list[CrewInput]:
    from crewprof.crew.loaders.crewbase.detection import plain_crew
    from crewprof.source.python_document import parse_python

    found = list(_python_forms(path, Documents()))
    if found:
        return found
    owned = (owners or Owners()).of(path)
    if owned:
        documents = Documents()
        return [one for file in owned for one in _python_forms(Path(_as_given(file, path)), documents)]
    try:
        document = parse_python(SourceText.read(path))
    except InputError as error:
        raise _unrelated(error) from error
    raise plain_crew(document) or NotACrew("there is no crew in this file", path=str(path), hint=_FORMS)


def _in_notebook(path: Path) -> list[CrewInput]:
    documents = Documents()
    found = list(_python_forms(path, documents))
    if found:
        return found
    documents.python(path)
    raise NotACrew("there is no crew in this notebook", path=str(path), hint=_FORMS)


def _in_folder(folder: Path) -> list[CrewInput]:
    found = list(_candidates(folder))
    if found:
        return found
    raise _nothing_in(folder)


def _candidates(folder: Path) -> Iterator[CrewInput]:
    documents = Documents()
    for file in files_below(folder, {*YAML_SUFFIXES, *_JSON_SUFFIXES, *_PYTHON_SUFFIXES}):
        is_data = file.suffix not in _PYTHON_SUFFIXES
        if is_data and form_named(Kind.FLOW.value).loader.holds(str(file), documents):
            yield CrewInput(str(file), Kind.FLOW)
        elif file.suffix in _JSON_SUFFIXES:
            if form_named(Kind.JSONC.value).loader.holds(str(file), documents):
                yield CrewInput(str(file), Kind.JSONC)
        elif file.suffix in _PYTHON_SUFFIXES:
            yield from _python_forms(file, documents)
        elif file.name in _CREW_NAMES or _looks_like_crew(file):
            yield CrewInput(str(file), Kind.CREW_YAML)


def _python_forms(file: Path, documents: Documents) -> Iterator[CrewInput]:
    """The forms in which a Python file holds crews."""
    for kind in (Kind.NOTEBOOK,) if file.suffix == NOTEBOOK_SUFFIX else (Kind.CREWBASE, Kind.PYTHON):
        if form_named(kind.value).loader.holds(str(file), documents):
            yield CrewInput(str(file), kind)


def _looks_like_crew(file: Path) -> bool:
    """Whether a YAML file of any name is meant as a crew, broken or not."""
    try:
        text = SourceText.read(file)
    except InputError:
        return False
    return _has_crew_keys(text) and _FLOW_SCHEMA.search(text.text) is None


def _has_crew_keys(text: SourceText) -> bool:
    return _AGENTS_KEY.search(text.text) is not None and _TASKS_KEY.search(text.text) is not None


def _nothing_in(folder: Path) -> NotACrew:
    """Why there is no crew to read: other forms that are there are named."""
    from crewprof.crew.loaders.crewbase.detection import plain_crew_in

    for file in files_below(folder, {".py"}):
        plain = plain_crew_in(file)
        if plain is not None:
            return plain
    return NotACrew("there is no crew in this folder", path=str(folder), hint=_LOOKED_FOR)
