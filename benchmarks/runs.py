"""How well whole runs are foreseen: calls, tokens, cost and seconds of recorded kickoffs.

Each run of ``data/runs/runs.jsonl.gz`` of the shared data (folder in ``CREWPROF_SHARED`` or ``../shared``)
is rebuilt as a crew and profiled; the profile is compared with what the provider billed. Test crews whose
tools are stubs (they return one line under names that promise pages) count for calls only.

Run: ``make bench-runs``
"""

from __future__ import annotations

import gzip
import json
import math
import os
import re
import sys
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from statistics import fmean, median
from typing import TYPE_CHECKING, Any, TypeAlias

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from benchmarks.answers import answers_of, answers_without, answers_without_project  # noqa: E402
from benchmarks.loops import fit_without, fit_without_project, samples_of, with_fitted  # noqa: E402
from benchmarks.outcomes import rank_correlation, recorded_tasks  # noqa: E402
from crewprof.analysis.options import AnalysisOptions  # noqa: E402
from crewprof.analysis.subject import profile_basis  # noqa: E402
from crewprof.crew.definition import Agent, Crew, Kind, Model, ModelSource, Process, Task, Tool, ToolSource  # noqa: E402
from crewprof.crew.written import Judge, Written  # noqa: E402
from crewprof.estimate.assumptions import Assumptions  # noqa: E402
from crewprof.models import lookup  # noqa: E402
from crewprof.quantity import Range  # noqa: E402
from crewprof.source.place import Place  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from crewprof.estimate.profile import Profile

TODAY = date(2026, 6, 1)
"""The day the runs are priced on."""
PLACE = Place("runs.jsonl", 1, 1, 1, 1)
MEASURES = ("calls", "input", "output", "cost", "seconds")
STUBS = "crewAIInc/crewAI"
"""The source whose tools are stubs."""
_CHINESE = re.compile(r"[\u4e00-\u9fff]")

Values: TypeAlias = dict[str, float]
Row: TypeAlias = "tuple[Run, Mapping[str, Range[float]]]"


@dataclass(frozen=True)
class RealTask:
    """What a task of a run really took; ``output`` is ``None`` where only the answer was recorded."""

    calls: int
    output: int | None
    answer: int
    first_input: int


@dataclass(frozen=True)
class Run:
    """A recorded kickoff: the crew, and what happened by measure (absent where it was not recorded)."""

    id: str
    project: str
    crewai: str
    crew: Crew
    traits: frozenset[str]
    group: str
    real: Values
    tasks: tuple[RealTask, ...]


def shared_folder() -> Path:
    """Where the shared data lies."""
    beside = Path(__file__).resolve().parents[2] / "shared"
    return Path(os.environ.get("CREWPROF_SHARED", beside))


def recorded_runs(path: Path) -> list[Run]:
    """The runs of a file, each with the group of crews that share an agent or a task with its own."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        entries = [json.loads(line) for line in lines]
    groups = _groups(entries)
    return [_run(entry, groups[entry["id"]]) for entry in entries]


def _groups(entries: Sequence[dict[str, Any]]) -> dict[str, str]:
    """A name for every set of runs that are linked by the texts of their agents or tasks."""
    owner: dict[str, str] = {}
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        while parent[name] != name:
            name = parent[name]
        return name

    for entry in entries:
        parent[entry["id"]] = entry["id"]
        crew = entry["crew"]
        texts = [f"{one['role']}\n{one['goal']}\n{one['backstory']}" for one in crew["agents"]]
        texts += [f"{one['description']}\n{one['expected_output']}" for one in crew["tasks"]]
        for text in texts:
            other = owner.setdefault(text, entry["id"])
            parent[root(entry["id"])] = root(other)
    return {entry["id"]: root(entry["id"]) for entry in entries}


def _once(entry: dict[str, Any]) -> dict[str, Any]:
    """``entry`` as one kickoff: without tools a task sends a prompt once, so that a task that sent the same
    prompt several times, and nothing else, was recorded in as many kickoffs."""
    real = entry["real"]
    times = {one["calls"] for one in real["tasks"]}
    same = all(one.get("input_tokens") == one["calls"] * one["first_input_tokens"] for one in real["tasks"])
    if entry["tools"] or not same or len(times) != 1:
        return entry
    number = times.pop()

    def once(numbers: dict[str, Any]) -> dict[str, Any]:
        shared = ("calls", "input_tokens", "output_tokens", "cached_input_tokens")
        return {**numbers, **{name: numbers[name] / number for name in shared if numbers.get(name)}}

    return {**entry, "real": {**once(real), "tasks": [once(one) for one in real["tasks"]]}}


def _run(recorded: dict[str, Any], group: str) -> Run:
    entry = _once(recorded)
    crew = _crew(entry)
    real: Values = {"calls": float(entry["real"]["calls"])}
    if not (entry["source"] == STUBS and entry["tools"]):
        real["input"] = float(entry["real"]["input_tokens"])
        real["output"] = float(entry["real"]["output_tokens"])
        cost = _cost(entry)
        if cost is not None:
            real["cost"] = cost
    if entry["real"]["seconds"]:
        real["seconds"] = float(entry["real"]["seconds"])
    return Run(
        entry["id"], entry["source"], entry["crewai"], crew, _traits(entry), group, real, _real_tasks(entry)
    )


def _real_tasks(entry: dict[str, Any]) -> tuple[RealTask, ...]:
    """A run with one task has the task's output in its own."""
    tasks = entry["real"]["tasks"]
    whole = entry["real"]["output_tokens"] if len(tasks) == 1 else None
    return tuple(
        RealTask(
            one["calls"],
            one.get("output_tokens", whole),
            one["final_answer_tokens"],
            one["first_input_tokens"],
        )
        for one in tasks
    )


def _traits(entry: dict[str, Any]) -> frozenset[str]:
    given = entry["traits"]
    found = {name for name in ("react", "mcp", "hier", "deleg", "planning") if given.get(name)}
    has_tools = bool(entry["tools"]) or "mcp" in found
    found.add("tools" if has_tools else "no tools")
    if has_tools and entry["source"] == STUBS:
        found.add("stubs")
    texts = "".join(task["description"] for task in entry["crew"]["tasks"])
    found.add("Chinese" if _CHINESE.search(texts) else "English")
    return frozenset(found)


def _cost(entry: dict[str, Any]) -> float | None:
    """USD of the run at the list price; ``None`` without one, or where several models share the bill."""
    if len(entry["models"]) > 1:
        return None
    real = entry["real"]
    prices = lookup(entry["models"][0], on=TODAY).prices
    cost = prices.cost(
        Decimal(real["input_tokens"]),
        Decimal(real["output_tokens"]),
        Decimal(real["cached_input_tokens"]),
        requests=Decimal(real["calls"]),
    )
    return None if cost is None else float(cost)


def _crew(entry: dict[str, Any]) -> Crew:
    crew = entry["crew"]
    tools = {one["name"]: _tool(one) for one in entry["tools"]}
    manager = crew.get("manager_llm")
    return Crew(
        entry["id"],
        "runs.jsonl",
        Kind.CREW_YAML,
        PLACE,
        Written("crew-yaml", Judge.DEFINITION),
        tuple(_agent(one, tools) for one in crew["agents"]),
        tuple(_task(one, tools) for one in crew["tasks"]),
        process=Process(crew["process"]),
        manager_llm=None if manager is None else Model(manager, ModelSource.DECLARED),
        planning=bool(entry["traits"].get("planning")),
    )


def _tool(entry: dict[str, Any]) -> Tool:
    source = ToolSource(entry["name"], entry["description"], entry["parameters"])
    return Tool(entry["name"], PLACE, class_name=entry["class_name"], source=source)


def _agent(entry: dict[str, Any], tools: Mapping[str, Tool]) -> Agent:
    return Agent(
        entry["name"],
        PLACE,
        role=entry["role"],
        goal=entry["goal"],
        backstory=entry["backstory"],
        llm=Model(entry["llm"], ModelSource.DECLARED),
        tools=tuple(tools[name] for name in entry.get("tools", ())),
        allow_delegation=bool(entry.get("allow_delegation")),
        mcps=tuple(f"server{number}" for number in range(entry.get("mcps", 0))),
    )


def _task(entry: dict[str, Any], tools: Mapping[str, Tool]) -> Task:
    context = entry.get("context")
    return Task(
        entry["name"],
        PLACE,
        description=entry["description"],
        expected_output=entry["expected_output"],
        agent=entry.get("agent"),
        context=None if context is None else tuple(context),
        tools=tuple(tools[name] for name in entry.get("tools", ())),
    )


def profile_of(run: Run, assumptions: Assumptions | None = None) -> Profile:
    """What crewprof says of the run's crew, with other ``assumptions`` than its own if given."""
    basis = profile_basis(run.crew, AnalysisOptions(today=TODAY, crewai_version=run.crewai))
    if assumptions is not None:
        basis = replace(basis, facts=replace(basis.facts, assumptions=assumptions))
    return basis.profile(basis.complete(run.crew))


def cross_validated(runs: Sequence[Run], *, by_project: bool = False) -> list[tuple[Run, Profile]]:
    """Profiles of which each was made with what was fitted on other crews, or on other projects."""
    tasks = recorded_tasks(shared_folder() / "data" / "recorded" / "outcomes.jsonl.gz")
    samples, answers = samples_of(runs, tasks), answers_of(runs, tasks)
    shipped = Assumptions()
    if by_project:
        fitted = {
            one: fit_without_project(samples, one) | answers_without_project(answers, one)
            for one in {run.project for run in runs}
        }
        return [(run, profile_of(run, with_fitted(shipped, fitted[run.project]))) for run in runs]
    fitted = {
        one: fit_without(samples, one) | answers_without(answers, one) for one in {run.group for run in runs}
    }
    return [(run, profile_of(run, with_fitted(shipped, fitted[run.group]))) for run in runs]


def predicted(profile: Profile) -> dict[str, Range[float]]:
    """The ranges of a profile by measure."""
    total = profile.total
    found = {
        "calls": total.calls,
        "input": total.input_tokens,
        "output": total.output_tokens,
        "seconds": total.seconds,
    }
    if total.cost_usd is not None:
        usd = total.cost_usd
        found["cost"] = Range(float(usd.low), float(usd.expected), float(usd.high))
    return found


def by_tool_tasks(run: Run, profile: Profile) -> dict[str, Range[float]]:
    """A rule of thumb: 3 calls a tool task and 4 first prompts in, else one of each; 450 out."""
    calls = tokens = 0.0
    for task, seen in zip(run.crew.tasks, profile.tasks, strict=True):
        has_tools = run.crew.process is Process.HIERARCHICAL or _works_with_tools(run.crew, task)
        calls += 3 if has_tools else 1
        tokens += seen.first_call.least_tokens * (4 if has_tools else 1)
    return _thumb(run, calls, tokens, 450.0 * len(run.crew.tasks))


def _works_with_tools(crew: Crew, task: Task) -> bool:
    agent = next((one for one in crew.agents if one.name == task.agent), None)
    return bool(task.tools or (agent and (agent.tools or agent.mcps or agent.allow_delegation)))


def by_tasks(run: Run, profile: Profile) -> dict[str, Range[float]]:
    """A rule of thumb: for each task 1 call, 1,000 in, 500 out."""
    tasks = len(profile.tasks)
    return _thumb(run, 1.0 * tasks, 1000.0 * tasks, 500.0 * tasks)


def _thumb(run: Run, calls: float, given: float, made: float) -> dict[str, Range[float]]:
    """A rule's answer; its seconds: 50 tokens a second; its cost: at the first model's price."""
    found = {"calls": calls, "input": given, "output": made, "seconds": made / 50.0}
    llm = run.crew.agents[0].llm
    cost = lookup(llm.id or "", on=TODAY).prices.cost(Decimal(given), Decimal(made)) if llm else None
    if cost is not None:
        found["cost"] = float(cost)
    return {name: Range.exactly(value) for name, value in found.items()}


@dataclass(frozen=True)
class Score:
    """How one measure of some runs was foreseen."""

    runs: int
    inside: float
    mean_ratio: float
    error: float
    rank: float
    width: float
    least: float

    def line(self) -> str:
        """One line of the table, without its name."""
        rank = "   –" if math.isnan(self.rank) else f"{self.rank:4.2f}"
        return (
            f"{self.runs:>6}{self.inside:>9.0%}{self.mean_ratio:>11.2f}{self.error:>9.2f}"
            f"{rank:>8}{self.width:>9.1f}{self.least:>8.1f}"
        )


HEADING = (
    f"{'':<30}{'runs':>6}{'inside':>9}{'real/exp.':>11}{'|log10|':>9}{'rank':>8}{'hi/lo':>9}{'least':>8}"
)


def score(rows: Iterable[Row], measure: str) -> Score | None:
    """The score of ``measure``, ``None`` where fewer than three runs have it."""
    known = [(run.real[measure], found[measure]) for run, found in rows if run.real.get(measure)]
    known = [(real, one) for real, one in known if one.expected > 0]
    if len(known) < 3:
        return None
    logs = [math.log10(real / one.expected) for real, one in known]
    return Score(
        runs=len(known),
        inside=fmean(is_inside(one, real) for real, one in known),
        mean_ratio=10 ** fmean(logs),
        error=median(map(abs, logs)),
        rank=rank_correlation([one.expected for _, one in known], [real for real, _ in known]),
        width=median(one.high / max(one.low, 1e-9) for _, one in known),
        least=_narrowest([real / one.expected for real, one in known]),
    )


def _narrowest(ratios: Iterable[float]) -> float:
    """How wide a range, the same for all as factors of what is expected, has to be to hold 80% of them."""
    ordered = sorted(ratios)
    held = math.ceil(0.8 * len(ordered) - 1e-9)
    return min(last / first for first, last in zip(ordered, ordered[held - 1 :], strict=False))


def is_inside(one: Range[float], real: float) -> bool:
    """Whether ``real`` lies from low to high; bounds of calls and tokens are whole numbers."""
    if one.low >= 1.0:
        return math.floor(one.low) <= real <= math.ceil(one.high)
    return one.low <= real <= one.high or (one.high < 1.0 < real <= 1.0)


TRAITS: Mapping[str, Callable[[Run], bool]] = {
    "all": lambda _: True,
    "no tools": lambda run: "no tools" in run.traits and not run.traits & {"hier", "deleg"},
    "tools": lambda run: "tools" in run.traits,
    "stub tools": lambda run: "stubs" in run.traits,
    "ReAct": lambda run: "react" in run.traits,
    "MCP": lambda run: "mcp" in run.traits,
    "tools, not MCP, no stubs": lambda run: "tools" in run.traits and not run.traits & {"mcp", "stubs"},
    "hierarchical": lambda run: "hier" in run.traits,
    "delegation": lambda run: "deleg" in run.traits,
    "English": lambda run: "English" in run.traits,
    "Chinese": lambda run: "Chinese" in run.traits,
}


def table(rows: Sequence[Row], kinds: Iterable[str] = TRAITS) -> list[str]:
    """The scores of every measure, by trait."""
    lines = []
    for measure in MEASURES:
        lines.append(HEADING.replace(" " * len(measure), measure, 1))
        for kind in kinds:
            found = score([row for row in rows if TRAITS[kind](row[0])], measure)
            if found is not None:
                lines.append(f"  {kind:<28}{found.line()}")
    return lines


def far_off(rows: Iterable[Row]) -> list[str]:
    """Runs that are off by more than ten times without their range saying so."""
    lines = []
    for run, found in rows:
        for measure, real in run.real.items():
            one = found.get(measure)
            if one is None or is_inside(one, real) or not one.expected or not real:
                continue
            if not 0.1 <= real / one.expected <= 10:
                shown = f"{one.low:.4g} to {one.high:.4g}, expected {one.expected:.4g}"
                lines.append(f"  {run.id} {measure}: {real:.4g}, foreseen {shown}")
    return lines


def main() -> int:
    """Print the tables."""
    path = shared_folder() / "data" / "runs" / "runs.jsonl.gz"
    if not path.is_file():
        print(f"no recorded runs at {path}: set CREWPROF_SHARED", file=sys.stderr)
        return 2
    runs = recorded_runs(path)
    profiles = [profile_of(run) for run in runs]
    rows: list[Row] = [(run, predicted(one)) for run, one in zip(runs, profiles, strict=True)]
    print(f"{len(runs)} runs of {len({run.group for run in runs})} crews\n\nas shipped")
    print("\n".join(table(rows)))
    print("\ncross-validated: fitted without the run's crew")
    print("\n".join(table([(run, predicted(one)) for run, one in cross_validated(runs)])))
    print("\nby project: fitted without the run's project")
    rows_apart = [(run, predicted(one)) for run, one in cross_validated(runs, by_project=True)]
    print("\n".join(table(rows_apart)))
    print("\nrule of thumb: 3 calls a tool task, 4 first prompts in, 450 out")
    thumbs = zip(runs, profiles, strict=True)
    print("\n".join(table([(run, by_tool_tasks(run, one)) for run, one in thumbs], ["all"])))
    print("\nrule of thumb: a task is 1 call, 1,000 in, 500 out")
    thumbs = zip(runs, profiles, strict=True)
    print("\n".join(table([(run, by_tasks(run, one)) for run, one in thumbs], ["all"])))
    print("\noff by more than ten times, outside the range")
    print("\n".join(far_off(rows)) or "  none")
    print("\nthe same, fitted without the run's project")
    print("\n".join(far_off(rows_apart)) or "  none")
    print("\ninside: share of runs from low to high; real/exp.: geometric mean; |log10|: median error;")
    print("rank: Spearman's correlation; hi/lo: median width of the range; least: width that would have held")
    print("80%, were it the same for all and known beforehand")
    return 0


if __name__ == "__main__":
    sys.exit(main())
