"""Loading a job's crew with CrewAI's own loader: a definition, or a class out of a copied project."""

from __future__ import annotations

import contextlib
import importlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crewprof.runtime.library_tools import let_every_tool_be_made

if TYPE_CHECKING:
    import types

    from crewprof.runtime.job import CrewJob


def load(job: CrewJob) -> tuple[Any, dict[str, Any]]:
    """The crew and the inputs it brings.

    Raises whatever CrewAI or the project's code raises.
    """
    if job.kind == "crewbase" or "Tool" in job.text:
        let_every_tool_be_made()
    return _load_definition(job) if job.kind == "crew-yaml" else _load_class(job)


def said(error: BaseException) -> str:
    """An exception as one line of text."""
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def _load_definition(job: CrewJob) -> tuple[Any, dict[str, Any]]:
    import yaml
    from crewai.project.crew_loader import load_crew_from_definition

    definition = yaml.safe_load(job.text)
    if isinstance(definition.get("tasks"), dict):
        raise TypeError("tasks is a mapping; CrewAI takes a list")
    with contextlib.chdir(job.root):
        crew, inputs = load_crew_from_definition(definition, project_root=job.root)
    return crew, inputs


def _load_class(job: CrewJob) -> tuple[Any, dict[str, Any]]:
    root = Path(job.root)
    for name, text in job.texts.items():
        (root / name).write_text(text, encoding="utf-8", newline="")
    path = root / job.module
    with contextlib.chdir(root):
        module = _imported(path, root)
        project = getattr(module, job.class_name)()
        return getattr(project, job.method)(), {}


def _imported(path: Path, root: Path) -> types.ModuleType:
    """The module at ``path``, as part of its package where it is in one, so that relative imports work.

    Every folder its project may be run from can be imported from.
    """
    package = _package_folder(path, root)
    above = [folder for folder in (package, *package.parents) if folder.is_relative_to(root)]
    sources = [folder / "src" for folder in above if (folder / "src").is_dir()]
    for folder in dict.fromkeys([path.parent, *above[::-1], *sources, package]):
        sys.path.insert(0, str(folder))
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
