"""Finding crews: what a path given on the command line stands for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from crewprof.crew.configured import as_configured
from crewprof.crew.loaders.registry import FORMS, Loaded, forms_for, forms_of, may_hold_crews
from crewprof.crew.owners import SUFFIXES, Owners, as_given, searched_folders
from crewprof.crew.project_files import Walk
from crewprof.errors import CrewprofError, InputError, NotACrew, unexpected
from crewprof.quick_dataclasses import dataclass, field, replace
from crewprof.source.documents import Documents
from crewprof.source.existence import is_folder, real_path
from crewprof.source.project_root import marked_root, root_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Set

    from crewprof.crew.definition import Crew
    from crewprof.crew.flow_definition import Flow
    from crewprof.crew.loaders.registry import Form
    from crewprof.source.text import SourceText

_READ = "crewprof reads crews in " + ", ".join(sorted(SUFFIXES)) + " files"


def load_all(path: str | Path, owners: Owners | None = None) -> Loaded:
    """Every crew and flow that ``path`` stands for, each once, and one error for each thing that could not
    be read.

    ``path`` is a file that holds crews, a file that crews of its project are read from, or a folder.
    ``owners`` saves looking again at a project whose files are given one by one. What holds no crew and
    belongs to none is told as :class:`NotACrew`.
    """
    owners = owners or Owners()
    given = Path(path)
    widen(path, owners)
    try:
        if is_folder(given):
            owners.documents.given.add(given.absolute())
            return as_configured(_in_folder(given, owners.documents), owners.documents)
        return _of_file(given, owners)
    except CrewprofError as error:
        return Loaded(errors=(error,))


def widen(path: str | Path, owners: Owners) -> None:
    """Let what stands in the project of ``path`` be read, whichever path leads there."""
    owners.documents.bounds.widen(_bounds_of(Path(path)))


def load_text(text: SourceText) -> Loaded:
    """What a text that stands in no file holds: of the forms that are data, the one it is meant as."""
    forms = sorted((form for form in FORMS if form.is_data), key=lambda form: not form.names)
    documents = Documents(texts={text.path: text})
    meant = [form for form in forms if form.loader.holds(text.path, documents)]
    return _loaded(text.path, meant or forms[:1], documents)


def is_data(path: str, data: Set[Path]) -> bool:
    """Whether code that makes crews reads the file ``path``, ``data`` being all that it reads."""
    return real_path(path) in data


def why_no_crew(path: str, documents: Documents) -> str:
    """A clause on why a file that has a word of crews in it holds none."""
    for form in forms_for(Path(path)):
        try:
            loaded = form.loader.load(path, documents)
        except CrewprofError as error:
            return str(error)
        if loaded.errors:
            return str(loaded.errors[0])
    return f"{path}: it makes no crew"


def _bounds_of(given: Path) -> list[Path]:
    """Where the files of what is given may stand: its project, or without a mark of one its folder."""
    try:
        if given.is_dir():
            return [given, marked_root(given) or given]
        return [given, searched_folders(given)[-1], root_of(given)]
    except (OSError, ValueError):
        return [given]  # a name no file can have


def _of_file(path: Path, owners: Owners) -> Loaded:
    forms = forms_for(path)
    documents = owners.documents
    if not documents.has_file(path):
        documents.files.read_bytes(path)  # says what is wrong with it
    if not forms:
        kind = f"{path.suffix} files" if path.suffix else "files without a suffix"
        raise NotACrew(f"{kind} are not read", path=str(path), hint=_READ)
    meant = forms_of(path, documents)
    if meant:
        return _loaded(str(path), meant, documents)
    owned = owners.of(path)
    if owned:
        return _read_from(path, owned, documents)
    return _unmeant(path, forms[0], documents)


def _read_from(path: Path, owned: Iterable[Path], documents: Documents) -> Loaded:
    """The crews in ``owned`` that read ``path``; all of them, if that is only known of the files."""
    found = _Found()
    for file in owned:
        found.add(_loaded(str(file), forms_of(file, documents), documents))
    wanted = real_path(path)
    named = [crew for crew in found.crews if wanted in {real_path(one) for one in crew.texts}]
    return replace(found.loaded(), crews=tuple(named or found.crews))


def _unmeant(path: Path, form: Form, documents: Documents) -> Loaded:
    """What a file holds that only its being named says to be a crew, of the commonest ``form``."""
    loaded = _loaded(str(path), [form], documents)
    if loaded.crews or loaded.flows:
        return loaded
    nothing = InputError("there is no crew in this file", path=str(path), hint=_READ)
    first = loaded.errors[0] if loaded.errors else nothing
    hint = f"{first.hint or _READ}; no crew {_where_sought(path)} reads this file"
    raise NotACrew(first.message, path=first.path, line=first.line, column=first.column, hint=hint)


def _where_sought(path: Path) -> str:
    """``in src/config``, ``from src/config up to .``: the folders in which no crew reads ``path``."""
    last = as_given(searched_folders(path)[-1], path)
    if real_path(last) == real_path(path.parent):
        return f"in {path.parent}" if path.parent.name else "in this folder"
    return f"from {path.parent} up to {last}"


def _in_folder(folder: Path, documents: Documents) -> Loaded:
    found = _Found()
    walk = Walk(folder, SUFFIXES)
    for file in walk.files():
        try:
            if may_hold_crews(file, documents) and not walk.leaves_out(file):
                found.look_at(file, documents)
        except InputError as error:
            if not walk.leaves_out(file):
                found.errors.append(error)
        except Exception as error:
            found.errors.append(unexpected(error, str(file)))
    found.errors.extend(walk.errors)
    found.leave_out_data()
    if found.is_empty():
        hint = "looked into " + ", ".join(f"*{suffix}" for suffix in sorted(SUFFIXES)) + " files"
        if found.passed_over:
            hint += f"; to see why a file holds none, give it: {found.passed_over[0]}"
        raise NotACrew("there is no crew in this folder", path=str(folder), hint=hint)
    return found.loaded()


def _loaded(path: str, forms: Iterable[Form], documents: Documents) -> Loaded:
    """What a file holds in ``forms``; what cannot be read is an error."""
    found = _Found()
    for form in forms:
        try:
            found.add(form.loader.load(path, documents))
        except CrewprofError as error:
            found.errors.append(error)
        except Exception as error:
            found.errors.append(unexpected(error, path))
    return found.loaded()


@dataclass
class _Found:
    """What was found, each crew, flow and error once: two forms may tell of the same crew."""

    crews: list[Crew] = field(default_factory=list)
    flows: list[Flow] = field(default_factory=list)
    errors: list[CrewprofError] = field(default_factory=list)
    passed_over: list[str] = field(default_factory=list)
    data: set[Path] = field(default_factory=set)
    _places: set[tuple[str, int, int]] = field(default_factory=set)

    def add(self, loaded: Loaded) -> None:
        """Take what one file holds; crews that stand where those of another file or form do are known."""
        fresh = [crew for crew in loaded.crews if _place(crew) not in self._places]
        self.crews.extend(fresh)
        self._places.update(_place(crew) for crew in fresh)
        self.flows.extend(flow for flow in loaded.flows if flow not in self.flows)
        self.errors.extend(loaded.errors)
        self.data.update(real_path(path) for path in loaded.data)

    def look_at(self, file: Path, documents: Documents) -> None:
        """Take what a file of a folder holds, or pass it over."""
        meant = forms_of(file, documents)
        if meant:
            self.add(_loaded(str(file), meant, documents))
        else:
            self.passed_over.append(str(file))
            documents.forget(file)

    def leave_out_data(self) -> None:
        """Pass over definitions that the code of a found crew reads: they are its data, told with its crew.

        CrewAI never sees them as definitions, and may well refuse them as such.
        """
        left = {crew.path for crew in self.crews if is_data(crew.path, self.data)}
        self.crews = [crew for crew in self.crews if crew.path not in left]
        self.passed_over.extend(sorted(left))

    def is_empty(self) -> bool:
        return not (self.crews or self.flows or self.errors)

    def loaded(self) -> Loaded:
        told = {str(error): error for error in self.errors}
        errors = tuple(told.values())
        data = frozenset(self.data)
        return Loaded(tuple(self.crews), tuple(self.flows), errors, tuple(self.passed_over), data=data)


def _place(crew: Crew) -> tuple[str, int, int]:
    return str(real_path(crew.path)), crew.place.line, crew.place.column
