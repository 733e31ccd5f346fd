"""``os`` and ``pathlib``: environment variables and paths."""

from __future__ import annotations

import posixpath
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Final

from crewprof.python import module_names, operators
from crewprof.python.environment_variables import unset
from crewprof.python.exceptions import computed
from crewprof.python.mappings import PlacedDict
from crewprof.python.uncertain import FromEnvironment, PartialText
from crewprof.python.values import External, ModuleValue
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crewprof.python.given import Given
    from crewprof.python.machine import Machine
    from crewprof.python.methods.methods import Methods
    from crewprof.python.values import Value


_NAMES_A_MODEL: Final = ("MODEL", "MODEL_NAME", "LLM")
"""Ends of the variables that are read from files: nothing else of them, keys above all, is in any report."""


class SystemFunctions:
    """Computes functions on the environment and on paths for a machine."""

    def __init__(self, machine: Machine, methods: Methods) -> None:
        self.machine = machine
        self.methods = methods

    def getenv(self, given: Given) -> Value:
        """``os.getenv(…)``, ``os.environ.get(…)``."""
        name = given.value(0, "key")
        if not isinstance(name, str) or isinstance(name, PartialText):
            return self.machine.unsure(given.site)
        if name in self.machine.environment:
            return self.machine.environment[name]
        default = given.value(1, "default", None)
        if isinstance(default, FromEnvironment):
            return FromEnvironment(name, default.value, given.site.place, is_whole=False)
        if isinstance(default, Unknown):
            # What the default may be says nothing of a variable that is set.
            return Unknown(default.reason, default.place)
        return FromEnvironment(name, default, given.site.place)

    def unset(self, given: Given) -> Value:
        """``os.environ.pop(…)``, ``os.unsetenv(…)``."""
        return unset(self.machine, given.value(0, "key"), given.site)

    def import_module(self, given: Given) -> Value:
        """``importlib.import_module(…)``."""
        name = given.value(0, "name")
        if not module_names.is_text(name) or str(name).startswith("."):
            return self.machine.unsure(given.site)
        found = module_names.read_module(self.machine, name)
        found = found or self.machine.project.find(str(name), given.site.frame.module.folder)
        if found is None:
            return External(str(name))
        self.machine.names_of(found)
        return ModuleValue(found)

    def set_default(self, given: Given) -> Value:
        """``os.environ.setdefault(…)``."""
        value = self.getenv(given)
        name = given.value(0, "key")
        if isinstance(name, str) and not isinstance(name, PartialText):
            self._set(name, value)
        return value

    def update_environment(self, given: Given) -> Value:
        """``os.environ.update(…)``."""
        entries = given.values[0] if given.values else PlacedDict()
        for name, value in entries.items() if isinstance(entries, PlacedDict) else ():
            self._set(str(name), value)
        for name, one in given.keywords.items():
            self._set(name, one.value)
        return None

    def load_variables(self, given: Given) -> Value:
        """``load_dotenv("dev.env")``: the models that a file of the project names, as far as it is named."""
        path = operators.plain(given.value(0, "dotenv_path"))
        unsure = self.machine.unsure(given.site)
        if isinstance(path, PartialText) or not isinstance(path, str | PurePath) or Path(path).name == ".env":
            return unsure  # CrewAI loads .env by itself
        files = self.methods.files
        text = files.text_of(files.opened(Path(path), given), given)
        if isinstance(text, str):
            overrides = given.value(3, "override", default=False) is True
            for name, value in _models_in(str(text)):
                if overrides:
                    self._set(name, value)
                elif name not in self.machine.environment:
                    self._set(name, FromEnvironment(name, value, given.site.place))
        return unsure

    def _set(self, name: str, value: Value) -> None:
        self.machine.journal.touch(self.machine.environment)
        self.machine.environment[name] = value

    def look_in(self, given: Given) -> Value:
        """``sys.path.insert(0, …)``, ``sys.path.append(…)``."""
        folder = operators.plain(given.values[-1]) if given.values else None
        if isinstance(folder, str | PurePath) and not isinstance(folder, PartialText):
            root = self.machine.project.root.absolute()
            self.machine.project.look_in(Path(posixpath.normpath((root / folder).as_posix())))
        return None

    def cwd(self, _given: Given) -> Value:
        """``os.getcwd()``."""
        return str(self.machine.project.root.absolute())

    def cwd_path(self, _given: Given) -> Value:
        """``Path.cwd()``."""
        return self.machine.project.root.absolute()

    def path(self, given: Given) -> Value:
        """``Path(…)``."""
        values = [operators.plain(one) for one in given.values]
        if any(isinstance(one, PartialText) or not isinstance(one, str | PurePath) for one in values):
            return self.machine.unsure(given.site)
        return Path(*values)  # type: ignore[arg-type]

    def fspath(self, given: Given) -> Value:
        """``os.fspath(…)``."""
        value = given.value(0, "path")
        return (
            str(value)
            if isinstance(value, str | PurePath) and not isinstance(value, PartialText)
            else (self.machine.unsure(given.site))
        )

    def path_text(self, name: str, given: Given) -> Value:
        """``os.path.name(…)``."""
        values = [operators.plain(one) for one in given.values]
        if not values or any(
            isinstance(one, PartialText) or not isinstance(one, str | PurePath) for one in values
        ):
            return self.machine.unsure(given.site)
        texts = [str(one) for one in values]
        match name:
            case "join" | "dirname" | "basename" | "normpath" | "split" | "splitext" | "isabs":
                return computed(given.site, getattr(posixpath, name), *texts)
            case "abspath" | "realpath":
                return posixpath.normpath((self.machine.project.root.absolute() / texts[0]).as_posix())
            case "expandvars" if "$" not in texts[0]:
                return texts[0]
            case "exists" | "isfile" | "isdir":
                method = {"exists": "exists", "isfile": "is_file", "isdir": "is_dir"}[name]
                return self.methods.call(Path(texts[0]), method, given)
            case _:
                return self.machine.unsure(given.site)


def _models_in(text: str) -> Iterator[tuple[str, str]]:
    """The variables of a ``.env`` file that name a model, but for values made with other variables."""
    import io

    from dotenv.parser import parse_stream

    for one in parse_stream(io.StringIO(text)):
        is_plain = one.value is not None and "${" not in one.value
        if one.key is not None and one.key.endswith(_NAMES_A_MODEL) and is_plain:
            yield one.key, one.value or ""
