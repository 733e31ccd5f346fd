"""What recording costs a run, and how well one recorded run foretells the next.

``python benchmarks/recording.py [cost] [next]``: both without an argument. Everything happens on this
machine: the provider is a local server of the tests.
"""

from __future__ import annotations

import json
import logging
import os
import re
import runpy
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.recorder.answers import Answer, Body
from tests.recorder.provider import Provider, Script, serving, text_of, usual

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = ROOT / "sample_crews"
CALLS = int(os.environ.get("CREWPROF_BENCH_CALLS", "1000"))
BLOCK = 20
SECONDS = 0.05
PLAYER = Path(__file__).resolve()


def cost() -> None:
    """Time spent in the recorder during ``CALLS`` calls of ``SECONDS`` each, by the real client.

    Blocks with and without it take turns, so that both meet the same machine.
    """
    from crewai import LLM

    from crewprof.recorder import record
    from crewprof.recorder.unsaid import OBSERVERS

    with serving(usual(words=20, seconds=SECONDS)) as provider, tempfile.TemporaryDirectory() as folder:
        os.environ.update(provider.environment)
        system, user = "You are. " * 40, "Do it. " * 200
        messages = [{"role": "system", "content": system}, {"role": "user", "content": user}]
        llm = LLM(model="gpt-4o-mini")
        llm.call(messages)
        plain = watched = 0.0
        with record(Path(folder) / "profile.jsonl") as recording:
            spent = _timers(recording._observer.heard)
            for _ in range(CALLS // BLOCK):
                watched += _timed(lambda: llm.call(messages))
                listening = OBSERVERS.pop()
                plain += _timed(lambda: llm.call(messages))
                OBSERVERS.append(listening)
            lines = len(recording.lines())
    alone = f"{plain:.2f} s alone, {watched:.2f} s recorded ({lines} lines)"
    print(f"{CALLS} calls of {SECONDS * 1000:.0f} ms: {alone}")
    share = f"{spent[0] / watched:.3%} of the run, {spent[0] / CALLS * 1e6:.0f} µs a call"
    print(f"in the recorder: {spent[0]:.3f} s, {share}")


def _timed(call: Any) -> float:
    started = time.perf_counter()
    for _ in range(BLOCK):
        call()
    return time.perf_counter() - started


def _timers(heard: dict[str, Any]) -> list[float]:
    """Have every function of ``heard`` add its time to the one number of the list."""
    spent = [0.0]

    def timed(function: Any) -> Any:
        def run(source: Any, event: Any) -> None:
            started = time.perf_counter()
            try:
                function(source, event)
            finally:
                spent[0] += time.perf_counter() - started

        return run

    for name, function in list(heard.items()):
        heard[name] = timed(function)
    return spent


def next_run() -> None:
    """Each sample that runs is recorded once, then run again: foretold against served."""
    worst: dict[str, float] = {}
    for sample in sorted(SAMPLES.iterdir()):
        with serving(_deciding(usual(uses=2, words=60, seconds=10 * SECONDS))) as provider:
            found = _foretold(sample, provider)
        if found is None:
            print(f"{sample.name:20} does not run")
            continue
        shown = []
        for name, (told, was) in found.items():
            off = told / was - 1 if was else 0.0
            worst[name] = max(worst.get(name, 0.0), abs(off))
            shown.append(f"{name} {told:.6g} for {was:.6g} ({off:+.2%})")
        print(f"{sample.name:20} " + ", ".join(shown), flush=True)
    print("worst: " + ", ".join(f"{name} {off:.2%}" for name, off in worst.items()))


def _deciding(script: Script) -> Script:
    """``script``, but with the words that a sample flow waits for before it goes on."""

    def answer(body: Body) -> Answer:
        text = text_of(body)
        for asked, word in (("one word: refund", "refund"), ("Say `good`", "good")):
            if asked in text:
                return Answer(word, seconds=10 * SECONDS)
        return script(body)

    return answer


def _started_with(sample: Path) -> Path:
    """The file that a run of the sample starts with."""
    names = ("flow.yaml", "crew.yaml", "crew.jsonc", "*.ipynb", "main.py", "src/*/main.py")
    return next(found for name in names for found in sorted(sample.glob(name)))


def _foretold(sample: Path, provider: Provider) -> dict[str, tuple[float, float]] | None:
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder) / "project"
        shutil.copytree(sample, project)
        start = str(_started_with(project).relative_to(project))
        if not _played(project, start, provider, ".crewprof/profile.jsonl"):
            return None
        analysed = subprocess.run(
            [sys.executable, "-m", "crewprof", "analyze", ".", "--format", "json", "--no-cache"],
            cwd=project,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=False,
        )
        report = json.loads(analysed.stdout)
        whole = (report.get("flows") or report["crews"])[0]
        total, often = whole["total"], whole.get("kickoffs", {"expected": 1})["expected"]
        provider.served.clear()
        _played(project, start, provider, "second.jsonl")
        lines = [json.loads(line) for line in (project / "second.jsonl").read_text().splitlines()]
        calls, prompt, completion, *_ = provider.sums()
        began = min(line["started"] for line in lines if line["type"] == "kickoff")
        ended = max(line["started"] + line["seconds"] for line in lines if line["type"] == "kickoff")
        return {
            "calls": (often * total["calls"]["expected"], calls),
            "input": (often * total["input_tokens"]["expected"], prompt),
            "output": (often * total["output_tokens"]["expected"], completion),
            "seconds": (often * total["seconds"]["expected"], ended - began),
        }


def _played(project: Path, crew: str, provider: Provider, profile: str) -> bool:
    storage = tempfile.mkdtemp()
    environment = {
        **os.environ,
        **provider.environment,
        "CREWAI_STORAGE_DIR": storage,
        "SERPER_API_KEY": "none",
    }
    done = subprocess.run(
        [sys.executable, str(PLAYER), "play", crew, profile],
        cwd=project,
        env={**environment, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    return done.returncode == 0


def play(start: str, profile: str) -> None:
    """Record one run of a sample in a process of its own; tools of the library give a fixed text."""
    from crewai.tools import BaseTool

    from crewprof.recorder import record

    logging.disable(logging.CRITICAL)
    path = Path(start)
    sys.path[:0] = [str(path.parent), "src"]
    kick_off = next(each for ending, each in PLAYS.items() if path.match(ending))(path)
    _still(BaseTool)
    with record(profile):
        kick_off()


def _definition(path: Path) -> Callable[[], object]:
    import yaml
    from crewai.project.crew_loader import load_crew, load_crew_from_definition

    text = "".join(one.read_text(encoding="utf-8") for one in [path, *Path().glob("agents/*.jsonc")])
    if path.suffix == ".yaml":
        crew, inputs = load_crew_from_definition(yaml.safe_load(path.read_text(encoding="utf-8")))
    else:
        crew, inputs = load_crew(path)
    given = {**dict.fromkeys(re.findall(r"\{(\w+)\}", text), "something"), **(inputs or {})}
    return lambda: crew.kickoff(inputs=given)


def _flow(path: Path) -> Callable[[], object]:
    from crewai.flow.flow import Flow

    flow = Flow.from_declaration(path=path)
    return lambda: flow.kickoff()


def _notebook(path: Path) -> Callable[[], object]:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    lines = [line for cell in cells if cell["cell_type"] == "code" for line in cell["source"]]
    code = "\n".join(line.rstrip("\n") for line in lines if not line.startswith(("%", "!")))
    return lambda: exec(compile(code, str(path), "exec"), {"__name__": "__main__"})


def _script(path: Path) -> Callable[[], object]:
    return lambda: runpy.run_path(str(path), run_name="__main__")


PLAYS: dict[str, Callable[[Path], Callable[[], object]]] = {
    "flow.yaml": _flow,
    "*.ipynb": _notebook,
    "*.py": _script,
    "crew.*": _definition,
}


def _still(tool_class: Any) -> None:
    for one in tool_class.__subclasses__():
        if "_run" in one.__dict__ and one.__module__.startswith("crewai_tools"):
            one._run = lambda *_args, **_more: "A result of so many words. " * 12
        _still(one)


if __name__ == "__main__":
    if sys.argv[1:2] == ["play"]:
        play(*sys.argv[2:4])
    else:
        wanted = sys.argv[1:] or ["cost", "next"]
        if "cost" in wanted:
            cost()
        if "next" in wanted:
            next_run()
