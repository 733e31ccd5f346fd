"""Loading a job's crew as CrewAI does: a definition, or what the Python of a copied project makes."""

from __future__ import annotations

import contextlib
import importlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crewprof.runtime.captured import crew_made_by
from crewprof.runtime.library_tools import let_every_tool_be_made

if TYPE_CHECKING:
    import types

    from crewprof.runtime.job import CrewJob


def load(job: CrewJob) -> tuple[Any, dict[str, Any]]:
    """The crew and the inputs it brings.

    Raises whatever CrewAI or the project's code raises.
    """
    let_every_tool_be_made()
    if job.kind == "definition":
        return _load_definition(job)
    root = Path(job.root)
    for name, text in job.texts.items():
        (root / name).write_text(text, encoding="utf-8", newline="")
    with contextlib.chdir(root):
        return {"files": _load_files, "class": _load_class, "code": _load_code}[job.kind](job)


def said(error: BaseException) -> str:
    """An exception as one line of text."""
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def _load_definition(job: CrewJob) -> tuple[Any, dict[str, Any]]:
    from crewai.project.crew_loader import load_crew_from_definition

    definition = dict(job.definition)
    if isinstance(definition.get("tasks"), dict):
        raise TypeError("tasks is a mapping; CrewAI takes a list")
    with contextlib.chdir(job.root):
        crew, inputs = load_crew_from_definition(definition, project_root=job.root)
    return crew, inputs


def _load_files(job: CrewJob) -> tuple[Any, dict[str, Any]]:
    from crewai.project.crew_loader import load_crew

    crew, inputs = load_crew(Path(job.root) / job.module)
    return crew, inputs


def _load_class(job: CrewJob) -> tuple[Any, dict[str, Any]]:
    root = Path(job.root)
    module = _imported(root / job.module, root)
    project = getattr(module, job.class_name)()
    return getattr(project, job.method)(), {}


def _load_code(job: CrewJob) -> tuple[Any, dict[str, Any]]:
    root = Path(job.root)
    path = root / job.module
    _let_import(path, root)
    return crew_made_by(job, path, lambda: _imported(path, root))


def _let_import(path: Path, root: Path) -> Path:
    """Let every folder be imported from that the project may be run from; gives that of its package."""
    package = _package_folder(path, root)
    above = [folder for folder in (package, *package.parents) if folder.is_relative_to(root)]
    sources = [folder / "src" for folder in above if (folder / "src").is_dir()]
    # The last one put in front is looked into first: the folder of the package wins over those that only may
    # be meant.
    for folder in dict.fromkeys([path.parent, *above[::-1], *sources, package]):
        if str(folder) in sys.path:
            sys.path.remove(str(folder))
        sys.path.insert(0, str(folder))
    return package


def _imported(path: Path, root: Path) -> types.ModuleType:
    """The module at ``path``, as part of its package where it is in one, so that relative imports work."""
    package = _let_import(path, root)
    name = ".".join(path.relative_to(package).with_suffix("").parts)
    first = name.split(".")[0]
    for known in [one for one in sys.modules if one.split(".")[0] == first]:
        # A project that is called like something already loaded comes first here.
        del sys.modules[known]
    importlib.invalidate_caches()
    return importlib.import_module(name)


def _package_folder(path: Path, root: Path) -> Path:
    """The folder the module's package is imported from: ``src``, or the one above its topmost package.

    Without ``__init__.py`` anywhere, a relative import still needs a package: the module's folder then
    counts as one.
    """
    for folder in path.parents:
        if folder.name == "src" and folder.is_relative_to(root):
            return folder
        if folder == root:
            break
    folder = path.parent
    while (folder / "__init__.py").is_file() and folder != root:
        folder = folder.parent
    if folder == path.parent != root and "from ." in path.read_text(encoding="utf-8", errors="replace"):
        return folder.parent
    return folder
