"""Processor time and memory of a command, its own processes included."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROOT = Path(__file__).resolve().parent.parent
MOST_SECONDS = 120


def installed(tool: str) -> str | None:
    """Where a tool is found: on the path, beside this Python, or in the folder ``CREWPROF_OTHERS``."""
    folders = (None, str(Path(sys.executable).parent), os.environ.get("CREWPROF_OTHERS"))
    return next((found for folder in folders if (found := shutil.which(tool, path=folder))), None)


def spent(command: Sequence[str], environment: Mapping[str, str]) -> tuple[float, float, int]:
    """Seconds of ``command``, user and system, MB of its largest process, and its exit code."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        # A process in between: the largest child of this one would be that of all commands so far.
        os.close(read)
        done = subprocess.run(
            command,
            env=dict(environment),
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS)),
        )
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        told = f"{used.ru_utime + used.ru_stime} {used.ru_maxrss / 1024} {done.returncode}"
        os.write(write, told.encode())
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as stream:
        seconds, memory, code = stream.read().split()
    os.waitpid(child, 0)
    return float(seconds), float(memory), int(code)
