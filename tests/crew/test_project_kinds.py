"""Small projects, each of a kind that real ones are of: every crew with its agents, tasks and contexts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.crew.discovery import load_all
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from pathlib import Path

    from crewprof.crew.definition import Crew
    from crewprof.crew.loaders.registry import Loaded

AGENT = "Agent(role='{0}', goal='g', backstory='b')"
IMPORTS = "from crewai import Agent, Crew, Process, Task\n"


def written(folder: Path, **files: str) -> Loaded:
    """What crewprof reads in a folder with these files; ``__`` in a name stands for ``/``."""
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_dot_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return load_all(folder)


def shapes(loaded: Loaded) -> dict[str, tuple[list[str], list[tuple[str, str | None]]]]:
    """By crew: its agents, and its tasks with their agents."""
    assert not loaded.errors
    return {one.name: shape(one) for one in loaded.crews}


def shape(crew: Crew) -> tuple[list[str], list[tuple[str, str | None]]]:
    assert crew.agents_known
    assert crew.tasks_known
    return [one.name for one in crew.agents], [(one.name, one.agent) for one in crew.tasks]


TALKS = """
import json
import os
import sys
from crewai import Agent, Crew, Task


class Console:
    def __init__(self):
        self.answers = {}
        self.screen = os.environ.get("SCREEN")

    def ask(self, field, kind="text", options=None, required=False):
        answer = None
        if kind == "text":
            answer = self.screen.text(field)
        elif kind == "select" and options:
            answer = self.screen.choose(field, options)
        if answer:
            self.answers[field] = answer
            return answer
        if required:
            sys.exit(1)
        return None

    def model(self, name):
        while True:
            text = self.ask(name, kind="text")
            if not text:
                return None
            try:
                return json.loads(text)
            except ValueError:
                self.screen.error("again")


class Team:
    def __init__(self, console):
        self.console = console
        self.asker = Agent(role="Asker", goal="g", backstory="b")
        self.checker = Agent(role="Checker", goal="g", backstory="b")

    def missing(self, fields, known):
        if self.console:
            found = {}
            for field in fields:
                if field == "method":
                    value = self.console.ask(field, kind="select", options=["GET", "POST"])
                    if value:
                        found[field] = value
                elif field == "model":
                    if known.get("method", "").upper() in ("POST", "PUT"):
                        value = self.console.model(field)
                        if value:
                            found[field] = value
                elif field == "place":
                    try:
                        places = self.console.screen.places()
                        if places:
                            value = self.console.ask(field, "select", places, required=True)
                            if value:
                                found[field] = value
                        else:
                            value = self.console.ask(field)
                    except Exception as error:
                        self.console.screen.error(str(error))
                else:
                    value = self.console.ask(field)
                    if value:
                        found[field] = value
            return Task(description=f"Use {found}", expected_output="x", agent=self.asker)
        return Task(description="Ask", expected_output="x", agent=self.asker)

    def check(self, spec):
        return Task(description=f"Check {spec}", expected_output="x", agent=self.checker)


def process(text):
    try:
        team = Team(Console())
        results = json.loads(text)
        done = []
        for spec in results:
            absent = [key for key, value in spec.items() if value == "missing"]
            if absent:
                asking = Crew(agents=[team.asker], tasks=[team.missing(absent, spec)])
                spec.update(json.loads(str(asking.kickoff())))
            checking = Crew(agents=[team.checker], tasks=[team.check(spec)])
            checking.kickoff()
            done.append(spec)
        closing = Crew(agents=[team.checker], tasks=[team.check(done)])
        return closing.kickoff()
    except Exception as error:
        print(error)
        return None
"""


def test_a_loop_that_is_too_long_hides_no_crews_around_it(tmp_path: Path) -> None:
    found = shapes(written(tmp_path, talks_dot_py=TALKS))
    assert found == {
        "asking": (["asker"], [("missing", "asker")]),
        "checking": (["checker"], [("check", "checker")]),
        "closing": (["checker"], [("check", "checker")]),
    }


LATE = (
    IMPORTS
    + """
a = Agent(role='A', goal='g', backstory='b')
one = Task(description='1', expected_output='x', agent=a)
two = Task(description='2', expected_output='x', agent=a)
listed, context = [one], [one]
first = Crew(agents=[a], tasks=listed)
listed.append(two)
three = Task(description='3', expected_output='x', agent=a, context=context)
context.append(two)
second = Crew(agents=[a], tasks=[one])
second.tasks.append(three)
"""
)


def test_a_list_that_changes_after_the_call_is_not_the_crews(tmp_path: Path) -> None:
    loaded = written(tmp_path, late_dot_py=LATE)
    found = shapes(loaded)
    assert [name for name, _ in found["first"][1]] == ["one"]
    assert [name for name, _ in found["second"][1]] == ["one", "three"]
    third = next(task for crew in loaded.crews for task in crew.tasks if task.name == "three")
    assert third.context == ("one",)


OWN_CLASSES = (
    IMPORTS
    + """
from pydantic import Field

SETTINGS = {'role': 'Scout'}

class Scout(Agent):
    role: str = Field(default=SETTINGS.get('role', 'Nobody'))
    goal: str = 'Find things'
    backstory: str = 'Old hand'

    def __init__(self, town='Rome', **more):
        super().__init__(max_iter=4, **more)
        self._town = town

class Report(Task):
    expected_output: str = 'A page'

scout = Scout(town='Oslo', goal='Find more')
report = Report(description='Report', agent=scout)
team = Crew(agents=[scout], tasks=[report])
"""
)


def test_classes_derived_from_crewais_have_what_they_say_of_themselves(tmp_path: Path) -> None:
    loaded = written(tmp_path, own_dot_py=OWN_CLASSES)
    assert shapes(loaded)["team"] == (["scout"], [("report", "scout")])
    (agent,), (task,) = loaded.crews[0].agents, loaded.crews[0].tasks
    assert (agent.role, agent.goal, agent.backstory) == ("Scout", "Find more", "Old hand")
    assert agent.fields["max_iter"].value == 4
    assert agent.fields.keys().isdisjoint({"town", "_town"})
    assert (task.description, task.expected_output) == ("Report", "A page")


def test_a_project_begins_in_the_folder_that_is_given(tmp_path: Path) -> None:
    """Where nothing marks its root; what lies above it is not read."""
    (tmp_path / "requirements.txt").write_text("crewai\n")
    (tmp_path / "roles.py").write_text("ROLE = 'from above'\n")
    body = "from roles import ROLE\n" + IMPORTS + "a = Agent(role=ROLE, goal='g', backstory='b')\n"
    body += "t = Task(description='d', expected_output='x', agent=a)\nteam = Crew(agents=[a], tasks=[t])\n"
    inner = tmp_path / "inner"
    assert written(inner, pack__team_dot_py=body).crews[0].agents[0].role is None
    (inner / "roles.py").write_text("ROLE = 'inside'\n")
    assert load_all(inner).crews[0].agents[0].role == "inside"


def test_what_crewai_defines_is_known_in_its_own_repository(tmp_path: Path) -> None:
    source = "class Agent: ...\nclass Task: ...\nclass Crew: ...\n"
    files = {f"src__crewai__{name}_dot_py": source for name in ("__init__", "crew", "task", "process", "llm")}
    for name, text in files.items():
        path = tmp_path / name.replace("src__crewai__", "src/crewai/").replace("_dot_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    body = IMPORTS.replace(", Process", "") + "a = Agent(role='r', goal='g', backstory='b')\n"
    body += "t = Task(description='d', expected_output='x', agent=a)\nteam = Crew(agents=[a], tasks=[t])\n"
    assert shapes(written(tmp_path, tests__check_dot_py=body)) == {"team": (["a"], [("t", "a")])}


FACTORY = (
    IMPORTS
    + """
import yaml
from pathlib import Path

class Keep(dict):
    def __missing__(self, key):
        return "{" + key + "}"

def build(name, words):
    folder = Path(__file__).parent / name
    with (folder / "agents.yaml").open() as handle:
        told = yaml.safe_load(handle)
    with (folder / "tasks.yaml").open() as handle:
        work = yaml.safe_load(handle)
    agents = {}
    for key, one in told.items():
        agents[key] = Agent(config=dict(one))
    tasks = {}
    for key, one in work.items():
        tasks[key] = Task(
            description=one["description"].format_map(Keep(words)),
            expected_output="x",
            agent=agents[one["agent"]],
            context=[tasks[other] for other in one.get("context", [])] or None,
        )
    return Crew(agents=list(agents.values()), tasks=list(tasks.values()))
"""
)
CALLERS = """
from factory import build

def plan(topic):
    return build("plan", {"topic": topic}).kickoff()

def review(topic):
    return build("review", {"size": "small"}).kickoff()
"""
AGENT_YAML = "{0}:\n  role: {0}\n  goal: g\n  backstory: b\n"
TASK_YAML = "{0}:\n  description: a {{size}} of {{topic}}\n  agent: {1}\n"


def test_a_factory_makes_a_crew_for_each_of_its_callers(tmp_path: Path) -> None:
    loaded = written(
        tmp_path,
        factory_dot_py=FACTORY,
        callers_dot_py=CALLERS,
        plan__agents_dot_yaml=AGENT_YAML.format("planner"),
        plan__tasks_dot_yaml=TASK_YAML.format("outline", "planner"),
        review__agents_dot_yaml=AGENT_YAML.format("reader") + AGENT_YAML.format("judge"),
        review__tasks_dot_yaml=TASK_YAML.format("read", "reader")
        + TASK_YAML.format("judge_it", "judge")
        + "  context: [read]\n",
    )
    found = list(shapes(loaded).values())
    assert found == [
        (["planner"], [("outline", "planner")]),
        (["reader", "judge"], [("read", "reader"), ("judge_it", "judge")]),
    ]
    review = loaded.crews[1]
    assert [one.description for one in review.tasks] == ["a small of {topic}"] * 2
    assert [one.context for one in review.tasks] == [(), ("read",)]


def test_a_copy_is_what_was_copied(tmp_path: Path) -> None:
    body = IMPORTS + "a = Agent(role='r', goal='g', backstory='b')\n"
    body += "t = Task(description='one', expected_output='x', agent=a)\n"
    body += "u = t.copy([a], {})\nu.description = 'two'\nteam = Crew(agents=[a], tasks=[t, u])\n"
    body += "team.copy().kickoff()\nteam.kickoff()\n"
    loaded = written(tmp_path, team_dot_py=body)
    assert shapes(loaded) == {"team": (["a"], [("t", "a"), ("u", "a")])}
    assert [task.description for task in loaded.crews[0].tasks] == ["one", "two"]
    assert loaded.crews[0].kickoffs.expected == 2


def test_callers_that_are_told_apart_by_nothing_known_make_one_crew(tmp_path: Path) -> None:
    body = IMPORTS + "def build(topic):\n    a = Agent(role=topic, goal='g', backstory='b')\n"
    body += "    return Crew(agents=[a], tasks=[Task(description='d', expected_output='x', agent=a)])\n"
    calls = (
        "from team import build\ndef one(x):\n    build(x).kickoff()\ndef two(y):\n    build(y).kickoff()\n"
    )
    assert len(written(tmp_path, team_dot_py=body, calls_dot_py=calls).crews) == 1


ASKING_FLOW = """\
schema: crewai.flow/v1
name: Ask
methods:
  first:
    start: true
    do:
      call: agent
      with: {role: Writer, goal: g, backstory: b, input: Write a page about Rome}
  second:
    listen: first
    do:
      call: agent
      with: {role: Judge, goal: g, backstory: b, input: "${outputs.first.raw}"}
"""


def test_a_message_that_another_method_gives_is_not_known(tmp_path: Path) -> None:
    first, second = written(tmp_path, flow_dot_yaml=ASKING_FLOW).crews
    assert first.tasks[0].description == "Write a page about Rome"
    assert second.tasks[0].description is None
    assert isinstance(second.tasks[0].fields["description"].value, Unknown)


def test_a_model_of_the_projects_own_is_not_the_one_it_is_named_after(tmp_path: Path) -> None:
    body = "from crewai import Agent, BaseLLM, Crew, Task\nclass Fake(BaseLLM):\n"
    body += "    def call(self, messages, **more):\n        return 'x'\n"
    body += "a = Agent(role='r', goal='g', backstory='b', llm=Fake(model='mock/offline'))\n"
    body += "t = Task(description='d', expected_output='x', agent=a)\nteam = Crew(agents=[a], tasks=[t])\n"
    loaded = written(tmp_path, team_dot_py=body)
    assert shapes(loaded) == {"team": (["a"], [("t", "a")])}
    model = loaded.crews[0].agents[0].llm
    assert model is not None
    assert model.id is None


def test_what_one_branch_makes_is_as_that_branch_leaves_it(tmp_path: Path) -> None:
    body = "import os\n" + IMPORTS
    body += "class Scout(Agent):\n    def __init__(self, **more):\n"
    body += "        super().__init__(role='Scout', goal='g', backstory='b', **more)\n"
    body += "if os.path.getsize('x') > 3:\n    if os.path.getsize('y') > 3:\n        raise SystemExit\n"
    body += "    scout = Scout(max_iter=3)\n"
    body += "    t = Task(description='d', expected_output='x', agent=scout)\n"
    body += "    team = Crew(agents=[scout], tasks=[t])\n    team.kickoff()\n"
    loaded = written(tmp_path, team_dot_py=body)
    assert shapes(loaded) == {"team": (["scout"], [("t", "scout")])}
    assert loaded.crews[0].agents[0].role == "Scout"


def test_a_template_that_may_be_filled_in_is_known_as_far_as_it_is_written(tmp_path: Path) -> None:
    body = (
        "import sys\n" + IMPORTS + "def fill(text, given):\n    try:\n        return text.format(**given)\n"
    )
    body += "    except Exception:\n        return text\n\ndef run(given):\n"
    body += "    a = Agent(role=fill('Scout', given), goal=fill('See {town}', given), backstory='b')\n"
    body += "    t = Task(description='d', expected_output='x', agent=a)\n"
    body += "    return Crew(agents=[a], tasks=[t]).kickoff()\n"
    (crew,) = written(tmp_path, team_dot_py=body).crews
    assert (crew.agents[0].role, crew.agents[0].goal) == ("Scout", "See {town}")


def test_what_crewai_fetches_of_an_agent_is_not_known(tmp_path: Path) -> None:
    source = """
from crewai import Agent, Crew, Task

one = Agent(from_repository="researcher", goal="g", max_iter=3)
Crew(agents=[one], tasks=[Task(description="d", expected_output="e", agent=one)]).kickoff()
"""
    (tmp_path / "main.py").write_text(source)
    (crew,) = load_all(tmp_path).crews
    (agent,) = crew.agents
    assert agent.llm is not None
    assert (agent.goal, agent.max_iter, agent.role, agent.llm.id) == ("g", 3, None, None)
    assert isinstance(agent.fields["role"].value, Unknown)
    assert not isinstance(agent.fields["goal"].value, Unknown)
