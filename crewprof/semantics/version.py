"""Which version of CrewAI a project runs on, and how that is known."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from crewprof.errors import InputError
from crewprof.late_patterns import late_pattern
from crewprof.quick_dataclasses import dataclass
from crewprof.semantics.behavior import KNOWN, NEWEST, version_key
from crewprof.source.existence import is_file, is_folder, is_there, real_path
from crewprof.source.text import read_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from packaging.specifiers import SpecifierSet

_ENVIRONMENTS: Final = (".venv", "venv", "env")
_PACKAGE_FOLDERS: Final = ("lib/python3*/site-packages", "Lib/site-packages")
_REQUIREMENT: Final = late_pattern(
    r"\s*crewai\s*(?:\[[^\]]*\])?\s*\(?(?P<bounds>[=~<>!^][^#;)]*)", re.IGNORECASE
)
_REQUIREMENT_FILES: Final = (
    *("requirements*.txt", "environment*.yml", "environment*.yaml", "Pipfile", "setup.cfg", "setup.py"),
)
_QUOTED: Final = late_pattern(r"[\"'](crewai[^\"'\n]*)[\"']")
_CONDA_PIN: Final = late_pattern(r"^(crewai\s*)=(?=\d)")
_POETRY: Final = late_pattern(r"(?<![~=<>!])(?P<operator>\^|~)(?!=)\s*v?(?P<version>\d+(?:\.\d+)*)")
"""What poetry writes and PEP 440 does not know."""
_LOCKED: Final = late_pattern(r'^name = "crewai"\s*\nversion = "(?P<version>[^"]+)"', re.MULTILINE)

_LARGEST: Final = 20_000_000
"""Bytes of a lock file that are looked through."""


@dataclass(frozen=True, slots=True)
class CrewaiVersion:
    """The version a crew is judged by.

    ``source``: ``installed`` (found in an environment), ``declared`` (by the user, a lock file or a
    requirement) or ``assumed``. ``reason`` is a clause for the report. ``package_dir`` is the installed
    package of just this version, whose texts can be read; ``None`` if there is none.
    """

    version: str
    source: Literal["installed", "declared", "assumed"]
    reason: str
    package_dir: Path | None = None
    precedes_known: bool = False
    """Whether only versions older than all known are allowed, and ``version`` stands for them."""


@dataclass(frozen=True, slots=True)
class _Declared:
    """What one file asks for: a pinned version, or bounds."""

    where: str
    pinned: str | None = None
    bounds: SpecifierSet | None = None

    def admits(self, version: str) -> bool:
        return self.bounds is None or self.bounds.contains(version, prereleases=True)

    def is_older(self, version: str) -> bool:
        """Whether only versions before ``version`` are allowed."""
        from packaging.version import Version

        limits = [one for one in self.bounds or () if one.operator in ("<", "<=", "==", "===", "~=")]
        return any(Version(one.version.removesuffix(".*")) <= Version(version) for one in limits)


def detect_version(project_root: Path, override: str | None = None) -> CrewaiVersion:
    """The version of CrewAI that the project in ``project_root`` runs on.

    What the user says goes first; then the project's own environment; then a version its lock file or
    requirements pin, which says more about the project than the environment crewprof happens to be
    installed in; then that environment, if the requirements admit its version; else the newest known version
    that they admit, which is what an installer would choose. Nothing is imported or run.
    """
    folders = tuple(_up_to_repository(real_path(project_root)))
    # The folder of the crew first, then those above it: in a repository of several projects the nearest
    # environment is the one that runs it.
    found = [one for folder in folders for one in _beside(folder)]
    if override is not None:
        reason = "given with --crewai-version"
        return _declared(override.strip(), reason, [*found, *_own_environment()])
    if found:
        return _installed(found[0], "installed beside the project")
    declared = next((one for folder in folders for one in _declarations(folder)), None)
    own = _own_environment()
    if declared is None:
        if own:
            return _installed(own[0], "installed beside crewprof")
        return CrewaiVersion(NEWEST, "assumed", "the newest version known; none is installed or required")
    if declared.pinned is not None:
        return _declared(declared.pinned, f"pinned in {declared.where}", own)
    if own and declared.admits(own[0].version):
        return _installed(own[0], f"installed beside crewprof, as {declared.where} allows")
    newest = next((version for version in reversed(KNOWN) if declared.admits(version)), None)
    # Only the oldest known version's rules are at hand; that is said, and what rests on its fields is left
    # out (``Behavior.precedes_known``).
    if newest is None and declared.is_older(KNOWN[0]):
        reason = f"{declared.where} allows only older versions; the keys and values they accept are not known"
        return CrewaiVersion(KNOWN[0], "assumed", reason, precedes_known=True)
    if newest is None:
        return CrewaiVersion(NEWEST, "assumed", f"{declared.where} admits no version known to crewprof")
    return _declared(newest, f"the newest known version that {declared.where} allows", own)


@dataclass(frozen=True, slots=True)
class _Installation:
    version: str
    package_dir: Path


def _installed(found: _Installation, reason: str) -> CrewaiVersion:
    return CrewaiVersion(found.version, "installed", reason, found.package_dir)


def _declared(version: str, reason: str, installations: list[_Installation]) -> CrewaiVersion:
    same = (one.package_dir for one in installations if version_key(one.version) == version_key(version))
    return CrewaiVersion(version, "declared", reason, next(same, None))


def _up_to_repository(folder: Path) -> Iterator[Path]:
    """The folder and its parents up to the root of the repository; only itself outside of one."""
    chain = [folder, *folder.parents]
    for depth, one in enumerate(chain):
        if is_there(one / ".git"):
            yield from chain[: depth + 1]
            return
    yield folder


def _beside(folder: Path) -> Iterator[_Installation]:
    for name in _ENVIRONMENTS:
        if is_folder(folder / name):
            for pattern in _PACKAGE_FOLDERS:
                for packages in sorted((folder / name).glob(pattern)):
                    yield from _in_packages(packages)


def _own_environment() -> list[_Installation]:
    import sys

    folders = dict.fromkeys(Path(entry) for entry in sys.path if entry.endswith("-packages"))
    return [one for folder in folders for one in _in_packages(folder)]


def _in_packages(packages: Path) -> Iterator[_Installation]:
    package = packages / "crewai"
    if not is_file(package / "__init__.py"):
        return
    try:
        changed = packages.stat().st_mtime_ns
    except OSError:
        return
    version = _installed_version(packages, changed)
    if version is not None:
        yield _Installation(version, package)


@lru_cache(maxsize=16)
def _installed_version(packages: Path, _changed: int) -> str | None:
    """The version of CrewAI in a folder of packages as it was ``_changed``: all crews of a project ask."""
    folders = sorted(packages.glob("crewai-*.dist-info"), reverse=True)
    versions = (one.name.removeprefix("crewai-").removesuffix(".dist-info") for one in folders)
    return next(filter(version_key, versions), None)


def _declarations(folder: Path) -> Iterator[_Declared]:
    """What the files of ``folder`` say, the most binding first."""
    # A lock file says what is installed, a requirement only what may be.
    for name in ("uv.lock", "poetry.lock", "pdm.lock"):
        locked = _LOCKED.search(_text(folder / name))
        if locked:
            yield _Declared(name, locked["version"])
    required = [*_in_pyproject(folder / "pyproject.toml"), *_in_requirements(folder)]
    # ``sorted`` keeps the order of files among equals: a pin in any of them says more than bounds in another.
    yield from sorted(required, key=lambda one: one.pinned is None)


def _in_requirements(folder: Path) -> Iterator[_Declared]:
    for path in (one for pattern in _REQUIREMENT_FILES for one in sorted(folder.glob(pattern))):
        text = _text(path)
        for line in _QUOTED.findall(text) if path.suffix == ".py" else text.splitlines():
            declared = _requirement(_as_requirement(line), path.name)
            if declared is not None:
                yield declared


def _as_requirement(line: str) -> str:
    """A line of a requirements file, as conda, Pipenv and setuptools write it, too."""
    return _CONDA_PIN.sub(r"\1==", line.strip().removeprefix("-").strip().rstrip(",")).replace(' = "', " ", 1)


def _in_pyproject(path: Path) -> Iterator[_Declared]:
    text = _text(path)
    if "crewai" not in text:
        return
    import tomllib

    try:
        data = tomllib.loads(text)
    except (ValueError, RecursionError):
        return
    for line in _requirement_lines(data):
        declared = _requirement(line, path.name)
        if declared is not None:
            yield declared


def _requirement_lines(data: dict[str, object]) -> Iterator[str]:
    project, tool = _table(data, "project"), _table(data, "tool")
    yield from _strings(project.get("dependencies"))
    for group in _table(project, "optional-dependencies").values():
        yield from _strings(group)
    for group in _table(data, "dependency-groups").values():
        yield from _strings(group)
    wanted = _table(_table(tool, "poetry"), "dependencies").get("crewai")
    version = wanted.get("version") if isinstance(wanted, dict) else wanted
    if isinstance(version, str):
        yield f"crewai{version}" if not version[:1].isdigit() else f"crewai=={version}"


def _table(data: dict[str, object], key: str) -> dict[str, object]:
    found = data.get(key)
    return found if isinstance(found, dict) else {}


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, list):
        yield from (item for item in value if isinstance(item, str))


def _requirement(line: str, where: str) -> _Declared | None:
    found = _REQUIREMENT.match(line.strip().strip("\"'"))
    if found is None:
        return None
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        bounds = SpecifierSet(_POETRY.sub(_as_bounds, found["bounds"].strip().rstrip("\"'")))
    except InvalidSpecifier:
        return None
    pins = [one.version for one in bounds if one.operator in ("==", "===") and not one.version.endswith(".*")]
    return _Declared(where, pins[0]) if pins else _Declared(where, bounds=bounds)


def _as_bounds(poetry: re.Match[str]) -> str:
    """Poetry's ``^`` (up to the next change of the first number that is not 0) and ``~`` in PEP 440."""
    numbers = [int(number) for number in poetry["version"].split(".")]
    changing = next((index for index, number in enumerate(numbers) if number), len(numbers) - 1)
    kept = changing if poetry["operator"] == "^" else min(1, len(numbers) - 1)
    limit = [*numbers[:kept], numbers[kept] + 1]
    return f">={poetry['version']},<{'.'.join(map(str, limit))}"


def _text(path: Path) -> str:
    try:
        return read_bytes(path, limit=_LARGEST).decode("utf-8", errors="replace")
    except InputError:
        return ""
