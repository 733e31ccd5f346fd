"""Put first on ``PYTHONPATH`` by ``crewprof record``: Python imports it when it starts, in every child too.

It waits for ``crewai`` to be imported and then loads the recorder; a ``sitecustomize`` that would have been
imported without it is run as well.
"""

from __future__ import annotations

import os
import sys


def _here() -> str:
    return os.path.dirname(os.path.abspath(__file__))


def _others() -> list[str]:
    """``sys.path`` without the folder of this file."""
    ours = _here()
    return [entry for entry in sys.path if entry.rstrip(os.sep) != ours]


def _run_the_next_one() -> None:
    """The ``sitecustomize`` that this one stands before, if there is one."""
    from importlib.machinery import PathFinder
    from importlib.util import module_from_spec

    spec = PathFinder.find_spec("sitecustomize", _others())
    if spec is None or spec.loader is None:
        return
    module = module_from_spec(spec)
    sys.modules["sitecustomize"] = module
    spec.loader.exec_module(module)


def _wait_for_crewai() -> None:
    from importlib.util import module_from_spec, spec_from_file_location

    hook = os.path.join(os.path.dirname(_here()), "hook.py")
    spec = spec_from_file_location("_crewprof_recorder_hook", hook)
    if spec is None or spec.loader is None:
        return
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    module.wait_for_crewai()


try:
    if os.environ.get("CREWPROF_RECORD"):
        _wait_for_crewai()
except Exception:
    pass
sys.path[:] = _others()
_run_the_next_one()
