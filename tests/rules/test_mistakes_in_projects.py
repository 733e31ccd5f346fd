"""CP0xx in @CrewBase projects: what the real crewai does when the project is imported and built."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from crewprof.analysis.pipeline import analyse_crew
from crewprof.analysis.subject import subject_of
from crewprof.crew.discovery import load_all
from crewprof.findings import Applicability, Severity
from crewprof.rules.registry import CODES, findings_of, rule_named
from tests.rules.checking import crewbase_of, finding, findings, fixed, options
from tests.rules.real_crew import project_crew

if TYPE_CHECKING:
    from pathlib import Path

    from crewprof.crew.definition import Crew
    from crewprof.findings import Finding

AGENTS = """
a: {role: Ra, goal: G, backstory: B, llm: gpt-4o}
b: {role: Rb, goal: G, backstory: B, llm: gpt-4o}
"""
TASKS = """
one: {description: Do one., expected_output: It., agent: a}
two: {description: Do two., expected_output: It., agent: b}
"""
HEAD = """
from crewai import Agent, Task, Crew, Process
from crewai.project import CrewBase, agent, task, crew

@CrewBase
class Made:
    agents_config = "config/agents.yaml"
    tasks_config = "config/tasks.yaml"
"""
METHOD = """
    @{kind}
    def {name}(self):
        return {made}(config=self.{kind}s_config["{name}"]{more})
"""
CREW = """
    @crew
    def crew(self):
        return Crew(agents=self.agents, tasks=self.tasks{more})
"""


def python(*, agent: str = "", task: str = "", crew: str = "") -> str:
    """The class, with more arguments for agent a, task two and the crew."""
    methods = [
        METHOD.format(kind="agent", made="Agent", name="a", more=agent),
        METHOD.format(kind="agent", made="Agent", name="b", more=""),
        METHOD.format(kind="task", made="Task", name="one", more=""),
        METHOD.format(kind="task", made="Task", name="two", more=task),
    ]
    return HEAD + "".join(methods) + CREW.format(more=crew)


def project(folder: Path, **files: str) -> Crew:
    return crewbase_of(folder, **{"agents": AGENTS, "tasks": TASKS, "python": python(), **files})


def built(folder: Path) -> Any:
    return project_crew(folder, "Made")


def errors(crew: Crew) -> list[Finding]:
    codes = tuple(code for code in CODES if code < "CP100")
    found = findings_of(subject_of(crew, options()), codes)
    return [one for one in found if one.severity is Severity.ERROR]


def test_a_key_that_is_not_indented_belongs_to_the_entry_above(tmp_path: Path) -> None:
    (found,) = errors(project(tmp_path, agents=AGENTS + "tools:\n  - SerperDevTool\n"))
    assert (found.code, found.agents) == ("CP003", ())
    assert "must be a mapping, not a list" in found.message
    assert found.fix is not None
    assert found.fix.title == "indent it, if it belongs to the entry above"


STOPS: dict[str, tuple[str, dict[str, str]]] = {
    "no goal": ("CP003", {"agents": AGENTS.replace("goal: G, ", "", 1)}),
    "empty goal": ("CP003", {"agents": AGENTS.replace("goal: G", "goal: ", 1)}),
    "empty agent": ("CP003", {"agents": AGENTS + "c:\n"}),
    "empty task": ("CP003", {"tasks": TASKS + "three:\n"}),
    "no expected output": ("CP003", {"tasks": TASKS.replace("expected_output: It., ", "", 1)}),
    "id": ("CP002", {"tasks": TASKS.replace("agent: a", "agent: a, id: 7")}),
    "verbose": ("CP004", {"agents": AGENTS.replace("goal: G", "goal: G, verbose: maybe", 1)}),
    "verbose of the crew": ("CP004", {"python": python(crew=", verbose=2")}),
    "empty max_iter": ("CP004", {"agents": AGENTS.replace("goal: G", "goal: G, max_iter: ", 1)}),
    "output_file": ("CP004", {"tasks": TASKS.replace("agent: b", "agent: b, output_file: ../x.md")}),
    "unknown context": ("CP005", {"tasks": TASKS.replace("agent: b", "agent: b, context: [nothing]")}),
    "later context": (
        "CP006",
        {
            "tasks": TASKS + "three: {description: D, expected_output: E, agent: a}\n",
            "python": python(task=", context=[self.three()]")
            + METHOD.format(kind="task", made="Task", name="three", more=""),
        },
    ),
    "two async at the end": (
        "CP008",
        {"tasks": TASKS.replace("It.,", "It., async_execution: true,")},
    ),
    "async waits for async": (
        "CP009",
        {
            "tasks": TASKS.replace("It.,", "It., async_execution: true,").replace(
                "agent: b", "agent: b, context: [one]"
            )
            + "three: {description: D, expected_output: E, agent: a}\n",
            "python": python() + METHOD.format(kind="task", made="Task", name="three", more=""),
        },
    ),
    "llm mapping": (
        "CP013",
        {"agents": AGENTS.replace("llm: gpt-4o", "llm: {model: gpt-4o, temperature: 0}", 1)},
    ),
    "llm mapping beaten by Python": (
        "CP013",
        {
            "agents": AGENTS.replace("llm: gpt-4o", "llm: {model: gpt-4o, temperature: 0}", 1),
            "python": python(agent=', llm="gpt-4o"'),
        },
    ),
    "no manager": ("CP014", {"python": python(crew=", process=Process.hierarchical")}),
    "manager in agents": (
        "CP027",
        {"python": python(crew=", process=Process.hierarchical, manager_agent=self.a()")},
    ),
    "tool without a method": ("CP033", {"agents": AGENTS.replace("goal: G", "goal: G, tools: [serch]", 1)}),
    "tools as text": ("CP033", {"tasks": TASKS.replace("agent: b", "agent: b, tools: serch")}),
    "output class without a decorator": (
        "CP034",
        {"tasks": TASKS.replace("agent: b", "agent: b, output_pydantic: Report")},
    ),
    "callback without a method": (
        "CP034",
        {"tasks": TASKS.replace("agent: b", "agent: b, callbacks: [notify]")},
    ),
    "agent without a method, unused": (
        "CP034",
        {"tasks": TASKS + "three: {description: D, expected_output: E, agent: nobody}\n"},
    ),
    "context as text": ("CP005", {"tasks": TASKS.replace("agent: b", "agent: b, context: one")}),
    "provider nobody knows": ("CP046", {"agents": AGENTS.replace("gpt-4o", "opnai/gpt-4o", 1)}),
    "memory as words": ("CP004", {"python": python(crew=', memory="on please"')}),
    "no agent": ("CP029", {"tasks": TASKS.replace(", agent: b", "")}),
    "context before its task": (
        "CP035",
        {
            "tasks": "two: {description: Do two., expected_output: It., agent: b, context: [one]}\n"
            "one: {description: Do one., expected_output: It., agent: a}\n"
        },
    ),
}
"""Mistakes on which CrewAI raises an error while it builds the project's crew."""


@pytest.mark.parametrize("name", STOPS)
def test_crewai_does_not_build_the_crew(name: str, tmp_path: Path) -> None:
    code, files = STOPS[name]
    crew = project(tmp_path, **files)

    with pytest.raises(Exception):  # noqa: B017, PT011 - which one does not matter
        built(tmp_path)
    assert code in {one.code for one in errors(crew)}


NEAR_MISSES: dict[str, dict[str, str]] = {
    "as it is": {},
    "unknown keys": {
        "agents": AGENTS.replace("goal: G", "goal: G, temperature: 0, colour: red", 1),
        "python": python(task=", colour=1", crew=", colour=2"),
    },
    "context in order": {"tasks": TASKS.replace("agent: b", "agent: b, context: [one]")},
    "context below in YAML, but nothing to resolve": {
        "tasks": "two: {description: Do two., expected_output: It., agent: b, context: [one]}\n"
        "one: {description: Do one., expected_output: It.}\n",
        "python": python().replace('tasks_config["one"]', 'tasks_config["one"], agent=self.a()'),
    },
    "self context in Python": {
        "python": python().replace(
            'return Task(config=self.tasks_config["two"])',
            'made = Task(config=self.tasks_config["two"])\n'
            "        made.context = [made]\n        return made",
        )
    },
    "one async at the end": {"tasks": TASKS.replace("agent: b", "agent: b, async_execution: true")},
    "goal in Python": {
        "agents": AGENTS.replace("goal: G, ", "", 1),
        "python": python(agent=', goal="G"'),
    },
    "manager": {"python": python(crew=', process=Process.hierarchical, manager_llm="gpt-4o"')},
}
"""Projects CrewAI builds."""


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_near_misses_are_built(name: str, tmp_path: Path) -> None:
    crew = project(tmp_path, **NEAR_MISSES[name])

    assert len(built(tmp_path).tasks) == 2
    assert not errors(crew)


def test_unknown_keys_are_ignored(tmp_path: Path) -> None:
    crew = project(tmp_path, agents=AGENTS.replace("goal: G", "goal: G, backstori: X", 1))

    found = finding(rule_named("CP001"), crew)

    assert found.severity is Severity.WARNING
    assert not hasattr(built(tmp_path).agents[0], "backstori")


def test_a_key_of_another_class_is_no_slip_of_a_similar_one(tmp_path: Path) -> None:
    found = finding(rule_named("CP001"), project(tmp_path, python=python(crew=', output_file="x.md"')))

    assert found.severity is Severity.INFO
    assert found.fix is None
    assert "did you mean" not in found.message


def test_null_context_means_none_and_the_fix_says_so(tmp_path: Path) -> None:
    crew = project(tmp_path, tasks=TASKS.replace("agent: b", "agent: b, context: "))

    found = finding(rule_named("CP015"), crew)
    (mended,) = fixed(found, crew).values()

    assert found.fix is not None
    assert found.fix.applicability is Applicability.SAFE
    assert built(tmp_path).tasks[1].context is None
    assert "context: []" in mended.text
    assert not findings(rule_named("CP015"), project(tmp_path, tasks=mended.text))


def test_the_yaml_order_is_mended_by_moving_the_entry(tmp_path: Path) -> None:
    crew = project(tmp_path, **STOPS["context before its task"][1])

    (mended,) = fixed(finding(rule_named("CP035"), crew), crew).values()
    crew = project(tmp_path, tasks=mended.text)

    assert not errors(crew)
    assert [task.name for task in built(tmp_path).tasks] == ["one", "two"]


def test_a_mapping_that_only_names_the_model_becomes_its_name(tmp_path: Path) -> None:
    crew = project(tmp_path, agents=AGENTS.replace("llm: gpt-4o", "llm: {model: gpt-4o}", 1))

    (mended,) = fixed(finding(rule_named("CP013"), crew), crew).values()
    crew = project(tmp_path, agents=mended.text)

    assert not errors(crew)
    assert built(tmp_path).agents[0].llm.model == "gpt-4o"


def test_max_tokens_is_ignored_and_the_line_of_python_shown(tmp_path: Path) -> None:
    crew = project(tmp_path, agents=AGENTS.replace("goal: G", "goal: G, max_tokens: 5", 1))

    found = finding(rule_named("CP012"), crew)

    assert built(tmp_path).agents[0].llm.max_tokens is None
    assert found.fix is not None
    assert found.fix.suggestion == 'llm=LLM(model="gpt-4o", max_tokens=5)'


@pytest.mark.parametrize(("pin", "told"), [("1.5.0", ["CP001"]), ("1.15.30", ["CP017"])])
def test_response_model_is_told_once_by_what_the_version_makes_of_it(
    tmp_path: Path, pin: str, told: list[str]
) -> None:
    """Earlier versions have no such field, so that there is more to it than the tools."""
    (tmp_path / "requirements.txt").write_text(f"crewai=={pin}\n", encoding="utf-8")
    more = ", response_model=Answer, tools=[FileReadTool()]"
    given = "from crewai_tools import FileReadTool\nfrom pydantic import BaseModel\n"
    given += "class Answer(BaseModel):\n    text: str\n"
    crew = project(tmp_path, python=given + python(task=more))

    both = [
        one for code in ("CP001", "CP017") for one in findings(rule_named(code), crew, crewai_version=pin)
    ]

    assert [one.code for one in both] == told
    (fix,) = [one.fix for one in both]
    assert fix is not None
    assert "output_pydantic" in fix.title


def test_the_same_slip_in_two_places_is_told_and_mended_once(tmp_path: Path) -> None:
    crew = project(tmp_path, agents=AGENTS.replace("backstory: B", "backstroy: B, backstory: B"))

    assert [one.place.line for one in findings(rule_named("CP001"), crew)] == [1]
    found = finding(rule_named("CP001"), crew)
    assert found.message.endswith("(and in 1 more place)")
    assert found.agents == ("a", "b")


OWN_LLM = """
from crewai import Agent, Crew, LLM, Task

class Scripted(LLM):
    def __init__(self, answer):
        super().__init__(model="stub/stub")
        self.answer = answer

    def call(self, messages, *more, **others):
        {body}

a = Agent(role="A", goal="G", backstory="B", llm=Scripted("x"))
t = Task(description="D", expected_output="E", agent=a)
crew = Crew(agents=[a], tasks=[t])
crew.kickoff()
"""


@pytest.mark.parametrize(
    ("body", "is_refused"),
    [("return self.answer", False), ("return super().call(messages, *more, **others)", True)],
)
def test_a_class_that_answers_itself_needs_no_provider(tmp_path: Path, body: str, is_refused: bool) -> None:
    (tmp_path / "made.py").write_text(OWN_LLM.format(body=body), encoding="utf-8")
    (crew,) = load_all(tmp_path).crews
    assert bool(findings(rule_named("CP046"), crew)) is is_refused


@pytest.mark.parametrize("pin", ["crewai>=0.30.11,<0.31", "crewai==0.30.11", "crewai==0.86.0"])
def test_what_versions_before_all_known_accept_is_not_judged(tmp_path: Path, pin: str) -> None:
    """CrewAI 0.30 takes ``verbose=2`` (``Union[int, bool]`` in its crew.py); later versions refuse it."""
    (tmp_path / "requirements.txt").write_text(pin + "\n", encoding="utf-8")
    crew = crewbase_of(
        tmp_path,
        agents=AGENTS.replace("goal: G,", "goal: G, step_back: 3,", 1),
        tasks=TASKS,
        python=python(crew=", verbose=2"),
    )
    found = {one.code for one in analyse_crew(crew, options(crewai_version=None)).findings}
    assert bool(found & {"CP001", "CP002", "CP003", "CP004"}) == (pin == "crewai==0.86.0")


REPORT = """
    @output_pydantic
    class Report(BaseModel):
        title: str
"""


@pytest.mark.parametrize(
    ("files", "more"),
    [
        ({"tasks": TASKS.replace("agent: b", "agent: b, output_pydantic: Report")}, ""),
        ({}, ", output_pydantic=self.Report"),
        ({}, ", output_pydantic=self.Report, output_json=self.Report"),
    ],
)
def test_decorated_output_classes_are_dropped(tmp_path: Path, files: dict[str, str], more: str) -> None:
    written = python(task=more).replace("task, crew", "task, crew, output_pydantic") + REPORT
    crew = project(tmp_path, python=f"from pydantic import BaseModel\n{written}", **files)

    found = findings(rule_named("CP016"), crew)

    task = built(tmp_path).tasks[1]
    assert (task.output_pydantic, task.output_json) == (None, None)
    assert found
    assert {one.severity for one in found} == {Severity.WARNING}
    assert not errors(crew)
    older = subject_of(crew, options(crewai_version="1.9.3"))
    assert [one.severity for one in findings_of(older, ("CP016",))][:1] == [Severity.ERROR]
