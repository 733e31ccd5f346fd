"""Analyses made by hand, so that a report's text can be written down exactly."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from crewprof.analysis.result import (
    Analysis,
    AnalysisRun,
    BrokenBudget,
    HeldBack,
    OptimizedCrew,
    UnusedIgnore,
)
from crewprof.crew.definition import Crew, Kind, Process
from crewprof.crew.written import Judge, Written
from crewprof.errors import InputError
from crewprof.estimate.gaps import Cause, Gap, amounts_of
from crewprof.estimate.profile import (
    PARTS,
    AgentModel,
    AgentProfile,
    CallLine,
    Ceiling,
    Dependency,
    FirstCall,
    Profile,
    Schedule,
    TaskProfile,
    Total,
    UsedAssumption,
)
from crewprof.findings import Applicability, Finding, Fix, Savings, Severity
from crewprof.plan.schedule_problem import BestSchedule
from crewprof.quantity import Amount, Range, total
from crewprof.semantics.version import CrewaiVersion
from crewprof.source.place import Place

PATH = "blog/crew.yaml"


WRITTEN = Written("crew-yaml", Judge.DEFINITION)


def around(expected: float) -> Range[float]:
    """``expected`` with a range that is half as low and twice as high."""
    return Range(expected / 2, expected, expected * 2)


def usd(expected: str) -> Range[Decimal]:
    amount = Decimal(expected)
    return Range(amount / 2, amount, amount * 2)


def place(line: int, column: int = 5, path: str = PATH) -> Place:
    return Place(path, line, column, line, column + 6)


def first_call(*amounts: int, exact: bool = True) -> FirstCall:
    """Parts in the order of :data:`PARTS`; those left out are 0."""
    parts = {part: amounts[index] if index < len(amounts) else 0 for index, part in enumerate(PARTS)}
    return FirstCall(sum(amounts), exact, parts)


def line(
    kind: str, given: float, made: float, cost: str | None, seconds: float, calls: float = 1.0
) -> CallLine:
    return CallLine(
        kind=kind,
        model="openai/gpt-4.1",
        calls=Range.exactly(calls) if calls == 1 else around(calls),
        input_tokens=around(given),
        cached_input_tokens=Range.exactly(0.0),
        output_tokens=around(made),
        cost_usd=usd(cost) if cost else None,
        seconds=around(seconds),
    )


def task(
    name: str,
    agent: str | None,
    *,
    parts: tuple[int, ...] = (37, 80, 120),
    made: float = 500.0,
    cost: str | None = "0.0049",
    seconds: float = 12.0,
    after: tuple[Dependency, ...] = (),
    runs_async: bool = False,
    exact: bool = True,
    assumed: tuple[str, ...] = ("answer_tokens",),
) -> TaskProfile:
    bill = line("task", float(sum(parts)), made, cost, seconds)
    return TaskProfile(
        name=name,
        agent=agent,
        async_execution=runs_async,
        depends_on=after,
        calls=Amount.of(bill.calls, "assumed"),
        input_tokens=bill.input_tokens,
        cached_input_tokens=bill.cached_input_tokens,
        output_tokens=Amount.of(bill.output_tokens, "assumed"),
        cost_usd=bill.cost_usd,
        seconds=Amount.of(bill.seconds, "assumed"),
        answer_tokens=bill.output_tokens,
        asked_tokens=bill.output_tokens,
        first_call=first_call(*parts, exact=exact),
        ceiling=Ceiling(52_000, Decimal("0.42")),
        lines=(bill,),
        assumed=assumed,
    )


def agent(
    name: str,
    tasks: tuple[TaskProfile, ...],
    *,
    model: str = "openai/gpt-4.1",
    source: str = "declared",
    tier: str | None = "frontier",
    priced: bool = True,
    exact: bool = True,
) -> AgentProfile:
    assert source in {"declared", "environment", "default"}
    own = tuple(one for one in tasks if one.agent == name)
    costs = [one.cost_usd for one in own if one.cost_usd is not None]
    return AgentProfile(
        name=name,
        model=AgentModel(model, source, tier, priced, "exact" if exact else "approximate"),  # type: ignore[arg-type]
        tasks=tuple(one.name for one in own),
        cost_usd=total(costs, Decimal(0)) if priced else None,
        input_tokens=total((one.input_tokens for one in own), 0.0),
        output_tokens=total((one.output_tokens for one in own), 0.0),
    )


def profile(
    agents: tuple[AgentProfile, ...],
    tasks: tuple[TaskProfile, ...],
    groups: tuple[tuple[str, ...], ...] | None = None,
    *,
    overhead: tuple[CallLine, ...] = (),
    ceiling: Ceiling | None = None,
    notes: tuple[str, ...] = (),
    unpriced_calls: float = 0.0,
    gaps: tuple[Gap, ...] = (),
) -> Profile:
    lines = [*(line for one in tasks for line in one.lines), *overhead]
    costs = [one.cost_usd for one in lines if one.cost_usd is not None]
    cost = total(costs, Decimal(0)) if costs else None
    groups = groups if groups is not None else tuple((one.name,) for one in tasks)
    seconds = {one.name: one.seconds for one in tasks}
    longest = [max((seconds[name] for name in group), key=lambda span: span.expected) for group in groups]
    makespan = total([*longest, *(one.seconds for one in overhead)], 0.0)
    return Profile(
        agents=agents,
        tasks=tasks,
        overhead=overhead,
        total=Total(
            calls=total((one.calls for one in lines), 0.0),
            input_tokens=total((one.input_tokens for one in lines), 0.0),
            cached_input_tokens=total((one.cached_input_tokens for one in lines), 0.0),
            output_tokens=total((one.output_tokens for one in lines), 0.0),
            cost_usd=cost.opened() if cost is not None and "cost" in amounts_of(gaps) else cost,
            seconds=makespan,
            ceiling=ceiling or Ceiling(312_000, Decimal("2.52")),
            unpriced_calls=unpriced_calls,
            lower_bounds=amounts_of(gaps),
        ),
        schedule=Schedule(makespan.expected, groups),
        assumptions=(
            UsedAssumption("answer_tokens", 400, "tokens", "median of 212 recorded tasks"),
            UsedAssumption("output_speed", 82.5, "tokens/s", "model class frontier, measured 2025-05"),
        ),
        notes=notes,
        gaps=gaps,
    )


def finding(
    code: str = "CP301",
    *,
    name: str = "frontier-model-on-light-work",
    severity: Severity = Severity.WARNING,
    message: str = "gpt-4.1 only collects and lists here; gpt-4.1-mini does this for a fifth of the price",
    line: int = 12,
    saves: Savings | None = None,
    applicability: Applicability | None = Applicability.UNSAFE,
    title: str = "use openai/gpt-4.1-mini",
    tasks: tuple[str, ...] = ("collect_keywords",),
) -> Finding:
    fix = None if applicability is None else Fix(applicability, title)
    saved = Savings(cost_usd=Decimal("0.0039"), seconds=4.2) if saves is None else saves
    return Finding(code, name, severity, message, place(line), tasks, ("researcher",), saved, fix)


def analysis(
    shown: Profile,
    *,
    name: str = "blog_writers",
    path: str = PATH,
    best: BestSchedule | None = None,
    findings: tuple[Finding, ...] = (),
    process: Process = Process.SEQUENTIAL,
) -> Analysis:
    order = tuple(one.name for one in shown.tasks)
    as_written = BestSchedule(
        order, (), shown.schedule.groups, shown.schedule.seconds, True, shown.schedule.seconds
    )
    return Analysis(
        crew=Crew(name, path, Kind.CREW_YAML, place(1, 1, path), WRITTEN, (), (), process=process),
        crewai=CrewaiVersion("1.15.30", "installed", "found beside the project"),
        profile=shown,
        best=best or as_written,
        findings=findings,
    )


def blog() -> Analysis:
    """A crew like those people write: serial, one model, five findings."""
    tasks = (
        task("collect_keywords", "researcher", cost="0.00491", seconds=11.4),
        task(
            "describe_audience", "analyst", parts=(37, 71, 98, 0, 505), made=420, cost="0.00404", seconds=9.8
        ),
        task(
            "list_facts", "researcher", parts=(37, 80, 101, 610, 925), made=610, cost="0.0129", seconds=31.0
        ),
        task(
            "write_post",
            "writer",
            parts=(41, 66, 140, 0, 1535),
            made=1650,
            cost="0.0168",
            seconds=34.2,
            after=(Dependency("list_facts", "default", False), Dependency("describe_audience", "text", True)),
        ),
    )
    agents = tuple(agent(name, tasks) for name in ("researcher", "analyst", "writer"))
    shown = profile(agents, tasks)
    best = BestSchedule(
        order=("collect_keywords", "describe_audience", "list_facts", "write_post"),
        async_tasks=("collect_keywords", "describe_audience"),
        groups=(("collect_keywords", "describe_audience"), ("list_facts",), ("write_post",)),
        seconds=76.6,
        optimal=True,
        lower_bound_seconds=76.6,
    )
    findings = (
        finding(),
        finding(
            "CP201",
            name="serial-independent-tasks",
            message="collect_keywords and describe_audience do not need each other, yet run in a row",
            line=52,
            saves=Savings(seconds=9.8),
            applicability=Applicability.SAFE,
            title="run both at the same time",
            tasks=("collect_keywords", "describe_audience"),
        ),
        finding(
            "CP010",
            name="ignored-max-tokens",
            severity=Severity.ERROR,
            message="CrewAI ignores max_tokens on an agent: it never reaches the model",
            line=16,
            saves=Savings(),
            applicability=None,
        ),
        finding(
            "CP501",
            name="no-max-tokens",
            severity=Severity.INFO,
            message="nothing caps the length of the answer",
            line=70,
            saves=Savings(tokens=-3.0, cost_usd=Decimal("-0.0000004")),
            applicability=Applicability.DISPLAY,
            title="write the cap into the @llm method",
        ),
    )
    return replace(
        analysis(shown, best=best, findings=findings),
        monthly_cost_usd=total([one.cost_usd for one in tasks if one.cost_usd], Decimal(0)).scaled(
            Decimal(1000)
        ),
        runs_per_month=1000,
        suppressed=2,
        broken_budgets=(BrokenBudget("max-cost", Decimal("0.02"), Decimal("0.03865"), "USD"),),
        unused_ignores=(UnusedIgnore(PATH, 33, 20, ("CP501",)),),
    )


def unpriced() -> Analysis:
    """One of two agents has a model without a price; the other one's is CrewAI's default."""
    tasks = (
        task("triage", "local", parts=(37, 40, 60), made=90, cost=None, seconds=6.0, exact=False),
        task("answer", "helper", parts=(37, 44, 95, 310, 90), made=260, cost="0.00071", seconds=7.5),
    )
    agents = (
        agent("local", tasks, model="ollama/llama3", tier=None, priced=False, exact=False),
        agent("helper", tasks, model="gpt-4.1-mini", source="default", tier="light"),
    )
    shown = profile(
        agents,
        tasks,
        ceiling=Ceiling(
            None, None, ("answer retries its guardrail without end", "the manager has no max_iter")
        ),
        notes=(
            "desk/crew.py:41: tools=load_tools() is decided at run time; the agent is taken to have none",
        ),
        unpriced_calls=1.0,
        gaps=(
            Gap(
                Cause.PRICE,
                "the price of ollama/llama3",
                place(7, path="desk/crew.py"),
                frozenset({"cost", "ceiling"}),
                tasks=frozenset({"triage"}),
            ),
        ),
    )
    return analysis(shown, name="desk", path="desk/crew.py")


def run(*analyses: Analysis) -> AnalysisRun:
    """A run that could not read one file."""
    error = InputError(
        "mapping values are not allowed here", path="bad.yaml", line=3, column=7, hint="quote it"
    )
    return AnalysisRun(analyses, (error,))


def optimized() -> OptimizedCrew:
    """The blog crew with its light work on a light model and two tasks at once."""
    before = blog()
    light = tuple(
        replace(
            one,
            cost_usd=one.cost_usd.scaled(Decimal("0.2")),
            seconds=one.seconds.moved(one.seconds.scaled(0.6)),
        )
        for one in before.profile.tasks
        if one.cost_usd
    )
    groups = (("collect_keywords", "describe_audience"), ("list_facts",), ("write_post",))
    shown = profile(before.profile.agents, light, groups, ceiling=Ceiling(312_000, Decimal("0.61")))
    cost = total([one.cost_usd for one in light if one.cost_usd], Decimal(0))
    shown = replace(shown, total=replace(shown.total, cost_usd=cost))
    safe, unsafe = before.findings[1], before.findings[0]
    return OptimizedCrew(
        before=before,
        after=replace(before, profile=shown, findings=(unsafe,), broken_budgets=()),
        applied=(safe,),
        held_back=(
            HeldBack(unsafe, "it may change prompts or answers (--unsafe-fixes)"),
            HeldBack(before.findings[3], "manual"),
        ),
        diff=(
            "--- a/blog/crew.yaml\n+++ b/blog/crew.yaml\n@@ -50,4 +50,5 @@\n   - name: collect_keywords\n"
            "     agent: researcher\n+    async_execution: true\n \n-  # old\t\n"
        ),
        changed_texts={},
        target_note="$0.0077 expected, under the limit of $0.02",
    )


def nothing_to_optimize() -> OptimizedCrew:
    """A crew that is fine as it is."""
    before = one_task()
    return OptimizedCrew(before, before, applied=(), held_back=(), diff="", changed_texts={})


def one_task() -> Analysis:
    """The smallest crew: one task, everything counted, no findings, a run that costs next to nothing."""
    tasks = (task("greet", "host", parts=(37, 12, 9), made=4, cost="0.0000003", seconds=0.6, assumed=()),)
    shown = profile((agent("host", tasks, model="openai/gpt-4.1-nano", tier="light"),), tasks)
    return analysis(replace(shown, assumptions=()), name="hello", path="crew.yaml")


def planned() -> Analysis:
    """A hierarchical crew with a planning call, agents without tasks, and calls of many kinds."""
    tasks = (
        replace(
            task("sort_tickets", None, parts=(412, 60, 80, 540, 0, 96), made=240, cost="0.021", seconds=21),
            lines=(
                line("task", 1188, 140, "0.0080", 9.0),
                line("loop", 1410, 60, "0.0061", 6.5, calls=2.4),
                line("worker", 610, 40, "0.0069", 5.5, calls=1.2),
            ),
        ),
        task("reply", None, parts=(412, 60, 120, 540, 240), made=180, cost="0.009", seconds=8),
    )
    agents = (
        agent("manager", tasks, model="openai/gpt-4o", tier="frontier"),
        agent("triage", tasks, model="gpt-4.1-mini", source="environment", tier="light"),
    )
    planning = line("crew-planning", 2210, 640, "0.0108", 16.0)
    shown = profile(agents, tasks, overhead=(planning,))
    return analysis(shown, name="support_desk", path="desk/crew.yaml", process=Process.HIERARCHICAL)


def thirty_tasks() -> Analysis:
    """Thirty tasks with long names, nine of which could run at once, and many small findings."""
    tasks = tuple(
        task(
            f"collect_and_summarise_every_source_on_aspect_number_{number}",
            f"specialist_for_aspect_number_{number}",
            cost=f"0.00{number + 10}",
            seconds=8.0 + number,
        )
        for number in range(30)
    )
    agents = tuple(agent(one.agent or "", tasks) for one in tasks)
    shown = profile(agents, tasks)
    names = tuple(one.name for one in tasks)
    best = BestSchedule(
        names,
        names[:9],
        (names[:9], *((name,) for name in names[9:])),
        seconds=shown.schedule.seconds - 92,
        optimal=False,
        lower_bound_seconds=310.0,
    )
    findings = tuple(
        finding("CP104", severity=Severity.INFO, message=f"sentence {number} says nothing", line=number + 1)
        for number in range(9)
    )
    path = "a/rather/deep/folder/structure/of/a/real/project/src/thirty_aspects/config/tasks.yaml"
    return analysis(shown, name="thirty_aspects_of_the_matter", path=path, best=best, findings=findings)


def foreign() -> Analysis:
    """Names in other scripts, of double width, with markup and with a control character in it."""
    tasks = (
        task("市場規模を調べる", "調査員", seconds=20),
        task("resumir_la_previsión", "meteorólogo [bold]", parts=(37, 80, 90, 0, 300), seconds=14),
        task("\x1b[31mred\x1b[0m\nalert", "меteоролог", parts=(37, 80, 90, 0, 600), seconds=9),
    )
    agents = tuple(agent(one.agent or "", tasks) for one in tasks)
    told = finding(message="«sin tildes» [red]no[/red] :smile: \x07", line=3, tasks=("市場規模を調べる",))
    return analysis(profile(agents, tasks), name="boletín 週報", path="boletín/crew.yaml", findings=(told,))
