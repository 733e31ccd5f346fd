"""Waits for ``crewai`` to be imported, and attaches the recorder to it then.

A process that never imports ``crewai`` pays for a look at the name of each module it imports, no more.
"""

from __future__ import annotations

import contextlib
import os
import sys
from importlib.util import module_from_spec, spec_from_file_location
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType

PACKAGE = "_crewprof_recorder"
"""The name the recorder is loaded under, apart from an installed ``crewprof``."""
BUS_MODULE = "crewai.events.event_bus"


class _Waiting:
    """A finder that finds nothing itself, but learns when a module it waits for has been run."""

    def __init__(self, after: dict[str, Callable[[ModuleType], None]]) -> None:
        self.after = after

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The spec that the other finders give, whose loader tells when it is done."""
        if name not in self.after:
            return None
        # Before the others are asked: one that looks for the same module itself would come here again without
        # end.
        then = self.after.pop(name)
        for finder in sys.meta_path:
            if finder is self or not hasattr(finder, "find_spec"):
                continue
            spec = finder.find_spec(name, path, target)
            if spec is not None:
                _tell(spec, then)
                return spec
        return None


def _tell(spec: ModuleSpec, then: Callable[[ModuleType], None]) -> None:
    loader: Any = spec.loader
    if loader is None or not hasattr(loader, "exec_module"):
        return
    run = loader.exec_module

    def run_and_tell(module: ModuleType) -> None:
        run(module)
        try:
            then(module)
        except Exception:
            return

    # The loader is this module's own, so nothing else sees the change; one that takes none is let be.
    with contextlib.suppress(AttributeError, TypeError):
        loader.exec_module = run_and_tell


def wait_for_crewai() -> None:
    """Attach the recording that the environment asks for, once ``crewai`` is imported."""
    after = {
        "crewai": _check_version,
        BUS_MODULE: _attach,
        "crewai.llms.base_llm": _listen_to_usage,
        "crewai.utilities.internal_instructor": _listen_to_instructor,
    }
    sys.meta_path.insert(0, _Waiting(after))


def _recorder() -> Any:
    """The recorder's package, loaded from where this file is."""
    if PACKAGE in sys.modules:
        return sys.modules[PACKAGE]
    folder = os.path.dirname(os.path.abspath(__file__))
    spec = spec_from_file_location(
        PACKAGE, os.path.join(folder, "__init__.py"), submodule_search_locations=[folder]
    )
    if spec is None or spec.loader is None:
        raise ImportError(PACKAGE)
    module = module_from_spec(spec)
    sys.modules[PACKAGE] = module
    spec.loader.exec_module(module)
    return module


def _attach(bus_module: ModuleType) -> None:
    _recorder().recording.attach_from_environment(bus_module)


def _listen_to_usage(module: ModuleType) -> None:
    _recorder().unsaid.listen_to_usage(module)
    _recorder().llm_calls.listen_to_calls(module)


def _listen_to_instructor(module: ModuleType) -> None:
    _recorder().unsaid.listen_to_instructor(module)


def _check_version(_crewai: ModuleType) -> None:
    _recorder().recording.tell_if_too_old()
