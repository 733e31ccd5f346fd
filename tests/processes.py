"""Runs of the command line as processes of their own that have nothing left to load.

Starting Python and importing what a command needs takes ten times as long as most commands. Here one process
imports it all and forks a copy of itself for every run: same arguments, environment, folder, streams and exit
codes as ``python -m crewprof``. Where a system cannot fork, that is what is run.
"""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ROOT: Final = Path(__file__).resolve().parent.parent
Loaded = Literal["crewprof", "crewai"]
"""What a process has imported: crewprof, or CrewAI beside it, for ``verify``."""


def crewprof(
    *arguments: str,
    cwd: Path,
    environment: Mapping[str, str],
    stdin: bytes = b"",
    loaded: Loaded = "crewprof",
) -> subprocess.CompletedProcess[bytes]:
    """``crewprof`` with ``arguments``, in ``cwd``, with just this ``environment``."""
    if not hasattr(os, "fork"):
        return subprocess.run(
            [sys.executable, "-m", "crewprof", *arguments],
            cwd=cwd,
            input=stdin,
            capture_output=True,
            check=False,
            env={**environment, "PYTHONPATH": str(ROOT)},
        )
    with tempfile.TemporaryDirectory(prefix="crewprof-streams-") as folder:
        streams = [Path(folder) / name for name in ("in", "out", "err")]
        streams[0].write_bytes(stdin)
        wanted = {
            "arguments": arguments,
            "cwd": str(cwd),
            "environment": dict(environment),
            "streams": [str(one) for one in streams],
        }
        code = _ask(loaded, wanted)
        _, out, err = (one.read_bytes() if one.exists() else b"" for one in streams)
    return subprocess.CompletedProcess(["crewprof", *arguments], code, out, err)


def _ask(loaded: Loaded, wanted: Mapping[str, Any]) -> int:
    process = _process(loaded)
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps(wanted).encode() + b"\n")
    process.stdin.flush()
    return int(process.stdout.readline())


@cache
def _process(loaded: Loaded) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.processes", loaded],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    atexit.register(process.kill)
    return process


def serve(loaded: Loaded) -> None:
    """Fork a process for every line of standard input; answer with its exit code."""
    load_crewprof()
    if loaded == "crewai":
        load_crewai()
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    for line in requests:
        code = _forked(json.loads(line), _crewprof_main)
        answers.write(f"{code}\n".encode())
        answers.flush()


WARMING: Final = (
    ("analyze", "-f", "text"),
    ("analyze", "-f", "json"),
    ("analyze", "-f", "html"),
    ("check", "-f", "text"),
    ("check", "-f", "sarif"),
    ("optimize", "--unsafe-fixes"),
    ("explain", "-f", "json"),
    ("compare", "--models", "gpt-4o"),
)
"""Commands that between them make all that is made when it is first used."""


def load_crewprof() -> None:
    """Import the command line and all that its commands take, and make a few answers."""
    import gc
    import importlib
    import pkgutil

    import typer.main

    import crewprof.cli.app
    from tests.built_once import build_commands_once

    apart = ("crewprof.__main__", "crewprof.editor", "crewprof.recorder", "crewprof.runtime")
    for module in pkgutil.walk_packages(crewprof.__path__, "crewprof."):
        if not module.name.startswith(apart):
            importlib.import_module(module.name)
    build_commands_once()
    typer.main.get_command(crewprof.cli.app.app)
    with tempfile.TemporaryDirectory() as folder:
        out = str(Path(folder) / "out")
        crews = [ROOT / "sample_crews" / one for one in ("market_fan_out/crew.yaml", "review_flow/main.py")]
        for command in WARMING:
            crewprof.cli.app.run([*command, str(crews[0]), "--isolated", "--no-cache", "--quiet", "-o", out])
        crewprof.cli.app.run(["analyze", str(crews[1]), "--isolated", "--no-cache", "--quiet", "-o", out])
    gc.freeze()  # a fork copies what it touches, and collecting garbage touches everything


def load_crewai() -> None:
    """Import CrewAI (which starts no thread before its first kickoff), and let ``verify`` use it."""
    from types import SimpleNamespace

    from tests.conformance.offline import go_offline

    go_offline()
    import crewai
    import crewai.project  # noqa: F401

    import crewprof.runtime.child
    from crewprof.runtime import running, scripts

    # What runs take is not compared with what was predicted: no need to wait for it.
    vars(scripts).update(SHORTEST_RUN=0.2, SECONDS_PER_TASK=0.02)

    def run(command: list[str], **given: Any) -> subprocess.CompletedProcess[str]:
        folder = Path(given["cwd"])
        (folder / "in").write_text(given["input"], encoding="utf-8")
        streams = [str(folder / name) for name in ("in", "out", "err")]
        wanted = {
            "arguments": command[3:],
            "cwd": str(folder),
            "environment": given["env"],
            "streams": streams,
        }
        code = _forked(wanted, crewprof.runtime.child.main)
        said = [Path(one).read_text(encoding="utf-8", errors="replace") for one in streams]
        return subprocess.CompletedProcess(command, code, said[1], said[2])

    vars(running)["subprocess"] = SimpleNamespace(run=run, TimeoutExpired=subprocess.TimeoutExpired)


def _crewprof_main() -> None:
    from crewprof.cli import main

    main()


def _forked(wanted: Mapping[str, Any], main: Callable[[], None]) -> int:
    child = os.fork()
    if child == 0:
        _be(wanted, main)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _be(wanted: Mapping[str, Any], main: Callable[[], None]) -> NoReturn:
    """Become the process that is wanted, to its end."""
    code: Any = 70
    try:
        os.chdir(wanted["cwd"])
        os.environ.clear()
        os.environ.update(wanted["environment"])
        sys.argv = ["crewprof", *wanted["arguments"]]
        for number, path in enumerate(wanted["streams"]):
            flags = os.O_RDONLY if number == 0 else os.O_WRONLY | os.O_CREAT | os.O_TRUNC
            opened = os.open(path, flags, 0o600)
            os.dup2(opened, number)
            os.close(opened)
        sys.stdin = os.fdopen(0, "r", encoding="utf-8", closefd=False)
        sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
        sys.stderr = os.fdopen(2, "w", encoding="utf-8", errors="backslashreplace", closefd=False)
        try:
            main()
            code = 0
        except SystemExit as ended:
            code = ended.code or 0
            if isinstance(code, str):
                sys.stderr.write(code)
                code = 1
        except BaseException:
            sys.excepthook(*sys.exc_info())
            code = 1
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(code)


if __name__ == "__main__":
    serve(sys.argv[1])  # type: ignore[arg-type]
