"""The commands that a project installs: ``module:function``, which no code calls but whoever runs them."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final

from crewprof.errors import InputError
from crewprof.late_patterns import late_pattern
from crewprof.quick_dataclasses import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from crewprof.source.documents import Documents

_ENTRY_LIMIT: Final = 30
"""Entry points of one project that are followed."""

_TARGET: Final = late_pattern(r"\s*([A-Za-z_][\w.]*)\s*:\s*([A-Za-z_][\w.]*)\s*(?:\[[^\]]*\])?\s*")
_NAMED: Final = late_pattern(r"\s*[^=\[\]\s]+\s*=(?P<target>[^=]+)")
"""``name = module:function``, as ``console_scripts`` of setuptools are written."""
_CALLS_SETUP: Final = "console_scripts"


@dataclass(frozen=True, slots=True)
class EntryPoint:
    """``function`` of ``module``: the function may be a method of a class (``Class.method``)."""

    module: str
    function: str

    @classmethod
    def of(cls, target: object) -> EntryPoint | None:
        """What a target names; ``None`` where it is no entry point."""
        found = _TARGET.fullmatch(target) if isinstance(target, str) else None
        return None if found is None else cls(found[1], found[2])

    @property
    def file_names(self) -> tuple[str, str]:
        """The ends of the paths, one of which the module has."""
        path = self.module.replace(".", "/")
        return f"{path}/__init__.py", f"{path}.py"


def entry_points(folders: Iterable[Path], documents: Documents) -> tuple[EntryPoint, ...]:
    """Those that the project files of ``folders`` name, each once."""
    # What a project is called by is not what a crew is read from.
    looking = documents.apart()
    targets = (one for folder in folders for one in _targets(folder, looking))
    found = (EntryPoint.of(one) for one in targets)
    return tuple(dict.fromkeys(one for one in found if one is not None))[:_ENTRY_LIMIT]


def _targets(folder: Path, documents: Documents) -> Iterator[object]:
    yield from _in_pyproject(_text(folder / "pyproject.toml", documents))
    yield from _in_setup_cfg(_text(folder / "setup.cfg", documents))
    yield from _in_setup_code(_text(folder / "setup.py", documents))


def _text(file: Path, documents: Documents) -> str:
    try:
        return documents.text(file).text if documents.has_file(file) else ""
    except InputError:
        return ""


def _in_pyproject(text: str) -> Iterator[object]:
    if "scripts" not in text:
        return
    import tomllib

    try:
        data = tomllib.loads(text)
    except (ValueError, RecursionError):
        return
    for keys in (("project", "scripts"), ("project", "gui-scripts"), ("tool", "poetry", "scripts")):
        table: object = data
        for key in keys:
            table = table.get(key) if isinstance(table, dict) else None
        for target in table.values() if isinstance(table, dict) else ():
            # Poetry takes a table, too: { reference = "module:function", type = "console" }.
            yield (
                (target.get("reference") or target.get("callable")) if isinstance(target, dict) else target
            )


def _in_setup_cfg(text: str) -> Iterator[object]:
    if _CALLS_SETUP not in text:
        return
    from configparser import ConfigParser, Error

    parser = ConfigParser(interpolation=None)
    try:
        parser.read_string(text)
    except Error:
        return
    yield from _named(parser.get("options.entry_points", _CALLS_SETUP, fallback="").splitlines())


def _in_setup_code(text: str) -> Iterator[object]:
    """The texts in a ``setup.py`` that stand below the key ``console_scripts``."""
    if _CALLS_SETUP not in text:
        return
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for node in ast.walk(tree):
        for key, value in zip(node.keys, node.values, strict=True) if isinstance(node, ast.Dict) else ():
            if isinstance(key, ast.Constant) and key.value == _CALLS_SETUP:
                constants = (one.value for one in ast.walk(value) if isinstance(one, ast.Constant))
                yield from _named(one for one in constants if isinstance(one, str))


def _named(lines: Iterable[str]) -> Iterator[str]:
    found = (_NAMED.fullmatch(line) for line in lines)
    yield from (one["target"] for one in found if one is not None)
