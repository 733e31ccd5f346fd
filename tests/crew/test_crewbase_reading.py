"""``@CrewBase`` classes: manners of writing them, and what is said of what cannot be known."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crewprof.crew.definition import Crew, ModelSource
from crewprof.crew.discovery import load_all
from crewprof.crew.loaders.crewbase.loader import load_crewbase
from crewprof.errors import InputError, NotACrew
from crewprof.semantics.behavior import NEWEST, behavior_of
from crewprof.semantics.refusals import Outcome, objections
from crewprof.source.documents import Documents
from crewprof.source.text import SourceText
from tests.crew.random_projects import Project, projects

AGENTS = "writer: {role: Writer, goal: g, backstory: b}\nreader: {role: Reader, goal: g, backstory: b}\n"
TASKS = (
    "writing: {description: Write, expected_output: e}\nreading: {description: Read, expected_output: e}\n"
)
HEADER = """import os
from crewai import Agent, Crew, LLM, Process, Task
from crewai.project import CrewBase, agent, crew, task
from crewai_tools import SerperDevTool, ScrapeWebsiteTool

"""
CLASS = """
@CrewBase
class Mine:
    {body}
    @agent
    def writer(self) -> Agent:
        {before}
        return Agent(config=self.agents_config["writer"], {agent})

    @task
    def writing(self) -> Task:
        return Task(config=self.tasks_config["writing"], agent=self.writer(), {task})

    @crew
    def crew(self) -> Crew:
        return Crew(agents=self.agents, tasks=self.tasks, {crew})
"""


def read(folder: Path, source: str) -> Crew:
    (crew,), errors = load(folder, source)
    assert not errors
    return crew


def load(folder: Path, source: str) -> tuple[list[Crew], list[Exception]]:
    (folder / "config").mkdir(exist_ok=True)
    (folder / "config" / "agents.yaml").write_text(AGENTS, encoding="utf-8")
    (folder / "config" / "tasks.yaml").write_text(TASKS, encoding="utf-8")
    crews, errors = load_crewbase(SourceText(str(folder / "crew.py"), source))
    return crews, list(errors)


def source_with(
    module: str = "", *, body: str = "", before: str = "", agent: str = "", task: str = "", crew: str = ""
) -> str:
    filled = CLASS.format(body=body or "pass", before=before or "pass", agent=agent, task=task, crew=crew)
    return HEADER + module + filled


MODELS = {
    "environment": ('llm=os.getenv("CHOSEN")', None, ModelSource.UNKNOWN),
    "environment with default": ('llm=os.getenv("CHOSEN", "gpt-4o")', "gpt-4o", ModelSource.ENVIRONMENT),
    "environment in LLM": (
        'llm=LLM(model=os.environ.get("CHOSEN", "gpt-4"))',
        "gpt-4",
        ModelSource.ENVIRONMENT,
    ),
    "environment or": ('llm=os.environ.get("CHOSEN") or "gpt-4o"', "gpt-4o", ModelSource.ENVIRONMENT),
    "part of a name": (
        "llm=f\"openai/{os.getenv('CHOSEN', 'gpt-4o')}\"",
        "openai/gpt-4o",
        ModelSource.DECLARED,
    ),
    "call": ("llm=choose_model()", None, ModelSource.UNKNOWN),
}


@pytest.mark.parametrize(("argument", "model", "origin"), MODELS.values(), ids=MODELS)
def test_a_model_from_outside_is_taken_as_without_it_and_said(
    argument: str, model: str | None, origin: ModelSource | None, tmp_path: Path
) -> None:
    crew = read(tmp_path, source_with(agent=argument))
    found = crew.agents[0].llm
    assert (found.id if found else None) == model
    assert (found.source if found else None) is origin
    (unknown,) = crew.unknowns
    assert unknown.place.line == 13
    assert ("CHOSEN" in unknown.reason) == (
        "call" not in unknown.reason.lower().replace("choose_model", "call")
    )


def test_langchain_models_count_by_their_name(tmp_path: Path) -> None:
    module = "from langchain_openai import ChatOpenAI\n"
    crew = read(tmp_path, source_with(module, agent='llm=ChatOpenAI(model_name="gpt-4o", max_tokens=9)'))
    model = crew.agents[0].llm
    assert model is not None
    assert (model.id, model.max_tokens) == ("gpt-4o", 9)
    assert not crew.unknowns


TOOLS = {
    "splat": ("*load_tools(), SerperDevTool()", ["*load_tools()", "SerperDevTool"], 1),
    "instance": ('ScrapeWebsiteTool(website_url="https://x")', ["ScrapeWebsiteTool"], 0),
    "method": ("self.more()", ["ScrapeWebsiteTool"], 0),
    "other package": ("WikiTool()", ["WikiTool"], 1),
}


@pytest.mark.parametrize(("items", "references", "unknowns"), TOOLS.values(), ids=TOOLS)
def test_tools_are_known_as_far_as_they_are_written(
    items: str, references: list[str], unknowns: int, tmp_path: Path
) -> None:
    module = "from other import load_tools, WikiTool\n"
    body = "def more(self):\n        return [ScrapeWebsiteTool()]\n"
    crew = read(tmp_path, source_with(module, body=body, agent=f"tools=[{items}]"))
    assert [tool.reference for tool in crew.agents[0].tools] == references
    assert len(crew.unknowns) == unknowns


def test_what_a_condition_adds_is_unknown_and_said(tmp_path: Path) -> None:
    before = (
        "tools = [SerperDevTool()]\n        if is_online():\n            tools.append(ScrapeWebsiteTool())"
    )
    crew = read(tmp_path, source_with("from net import is_online\n", before=before, agent="tools=tools"))
    assert [tool.class_name for tool in crew.agents[0].tools] == ["SerperDevTool", None]
    assert "is_online()" in crew.unknowns[0].reason
    assert crew.unknowns[0].place.line == 14


def test_a_text_with_an_unknown_part_is_kept(tmp_path: Path) -> None:
    crew = read(tmp_path, source_with("from app import name\n", agent='goal=f"Help {name}. " + "Always."'))
    assert crew.agents[0].goal == "Help …. Always."
    assert "goal" in crew.unknowns[0].reason


def test_python_beats_yaml_and_keeps_its_place(tmp_path: Path) -> None:
    crew = read(tmp_path, source_with(agent='goal="from Python", backstory=None, max_iter=3'))
    agent = crew.agents[0]
    assert (agent.goal, agent.backstory, agent.max_iter) == ("from Python", "b", 3)
    assert agent.fields["goal"].is_editable
    assert agent.fields["backstory"].is_editable
    assert Path(agent.fields["goal"].place.path).name == "crew.py"
    assert Path(agent.fields["backstory"].place.path).name == "agents.yaml"


def test_an_agent_the_crew_does_not_list_still_works_on_its_task(tmp_path: Path) -> None:
    more = '    @agent\n    def reader(self):\n        return Agent(config=self.agents_config["reader"])\n'
    crew = read(tmp_path, source_with().replace("agents=self.agents", "agents=[self.reader()]") + more)
    assert [agent.name for agent in crew.agents] == ["reader"]
    assert [agent.name for agent in crew.outside_agents] == ["writer"]
    assert crew.agent("writer").role == "Writer"


def test_an_agent_without_a_method_is_refused_and_the_rest_is_shown(tmp_path: Path) -> None:
    source = source_with().replace(", agent=self.writer()", "")
    (tmp_path / "config").mkdir()
    crew = read(tmp_path, source)
    assert crew.tasks[0].agent_known
    (tmp_path / "config" / "tasks.yaml").write_text(f"{TASKS.splitlines()[0][:-1]}, agent: nobody}}", "utf-8")
    ((crew,), errors) = load_crewbase(SourceText(str(tmp_path / "crew.py"), source))
    assert not errors
    assert not crew.tasks[0].agent_known
    found = objections(crew, behavior_of(NEWEST), lambda _: True, lambda _: "openai")
    said = [one for one in found if one.outcome is Outcome.REFUSED]
    assert [one.key for one in said] == ["agent"]
    assert "there is no such @agent method" in said[0].message


def test_of_agents_with_one_role_the_first_is_listed(tmp_path: Path) -> None:
    more = "    @agent\n    def zweit(self):\n        return Agent(role='Writer', goal='', backstory='')\n"
    crew = read(tmp_path, source_with() + more)
    assert [agent.name for agent in crew.agents] == ["writer"]


def test_a_base_class_lends_its_methods_but_not_its_tasks(tmp_path: Path) -> None:
    derived = "\n@CrewBase\nclass Derived(Mine):\n    @task\n    def reading(self) -> Task:\n"
    derived += '        return Task(config=self.tasks_config["reading"], agent=self.writer())\n'
    crews, errors = load(tmp_path, source_with() + derived)
    assert not errors
    assert [(crew.name, [task.name for task in crew.tasks]) for crew in crews] == [
        ("Mine", ["writing"]),
        ("Derived", ["reading"]),
    ]


def test_two_crew_methods_are_two_crews(tmp_path: Path) -> None:
    more = "    @crew\n    def other(self):\n        return Crew(tasks=self.tasks, planning=True)\n"
    crews, _ = load(tmp_path, source_with().replace("def crew(", "def first(") + more)
    assert [(crew.name, crew.planning) for crew in crews] == [("Mine.first", False), ("Mine.other", True)]


REFUSED = {
    "no such key": ('self.agents_config["writr"]', 13, "'writr'", "did you mean writer?"),
    "no such file": (None, 13, "does not exist", "agents_config"),
}


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    parameters=st.lists(st.sampled_from(["topic", "url: str", "*more", "depth=2"]), unique=True),
    model=st.sampled_from(["gpt-4o", "openai/gpt-4o-mini"]),
)
def test_what_an_init_sets_that_takes_arguments_is_known(
    parameters: list[str], model: str, tmp_path: Path
) -> None:
    order = ["topic", "url: str", "depth=2", "*more"]
    given_to = ", ".join(["self", *sorted(parameters, key=order.index)])
    body = (
        f"def __init__({given_to}):\n        self.model = LLM(model='{model}')\n        self.given = locals()"
    )
    crew = read(tmp_path, source_with(body=body, agent="llm=self.model"))
    (writer,) = crew.agents
    assert writer.llm is not None
    assert writer.llm.id == model


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    name=st.sampled_from(["run", "build", "start"]),
    parameters=st.sampled_from(["self", "self, topic", "self, topic='x'"]),
    end=st.sampled_from(["return made", "return made.kickoff()", "print(made.kickoff(inputs={'a': 1}))"]),
    is_guarded=st.booleans(),
)
def test_a_method_that_makes_the_crew_needs_no_decorator(
    name: str, parameters: str, end: str, is_guarded: bool, tmp_path: Path
) -> None:
    made = "made = Crew(agents=[self.writer()], tasks=[self.writing()])"
    body = f"{made}\n        {end}"
    if is_guarded:
        steps = f"{made}\n            {end}"
        body = f"try:\n            {steps}\n        except Exception:\n            return None"
    source = source_with().partition("    @crew")[0] + f"    def {name}({parameters}):\n        {body}\n"
    crew = read(tmp_path, source)
    assert [one.name for one in crew.agents] == ["writer"]
    assert [(one.name, one.agent) for one in crew.tasks] == [("writing", "writer")]
    assert crew.agents_known
    assert crew.tasks_known


@pytest.mark.parametrize(("config", "line", "message", "hint"), REFUSED.values(), ids=REFUSED)
def test_a_missing_config_is_an_error_at_its_use(
    config: str | None, line: int, message: str, hint: str, tmp_path: Path
) -> None:
    source = source_with(body="" if config else "agents_config = 'nowhere.yaml'")
    if config:
        source = source.replace('self.agents_config["writer"]', config)
    crews, errors = load(tmp_path, source)
    assert not crews
    (error,) = errors
    assert isinstance(error, InputError)
    assert message in error.message
    assert hint in (error.hint or "")
    assert error.line == line


def test_another_text_of_a_config_is_read_instead_of_the_file(tmp_path: Path) -> None:
    crew = read(tmp_path, source_with())
    path = str(tmp_path / "config" / "tasks.yaml")
    texts = {**crew.texts, path: SourceText(path, TASKS.replace("Write", "Rewrite"))}
    (again,), _ = load_crewbase(crew.texts[crew.path], Documents(texts=texts))
    assert again.tasks[0].description == "Rewrite"


HOSTILE = (
    "while True: pass",
    "x = (lambda f: f(f))(lambda f: f(f))",
    "x = [[c for c in 'abc' * 9] for b in range(1000) for a in range(1000)]",
    "x = [0] * 10**12",
    "x = 'a' * 10**12",
    "x = 2 ** 10 ** 10",
    "x = list(range(10**15))",
    "x = [a for a in range(1000) for b in range(1000) for c in range(1000)]",
    "for a in range(10**9): b = a",
)


@pytest.mark.parametrize("statement", HOSTILE)
def test_no_code_is_run_or_followed_for_ever(statement: str, tmp_path: Path) -> None:
    crew = read(tmp_path, source_with(body=statement, before=statement))
    assert [task.name for task in crew.tasks] == ["writing"]


def test_a_module_that_fails_is_an_error_at_its_line(tmp_path: Path) -> None:
    crews, errors = load(tmp_path, source_with("LIMITS = {}\nLIMIT = LIMITS['max_iter']\n"))
    assert not crews
    (error,) = errors
    assert isinstance(error, InputError)
    assert "KeyError" in error.message
    assert error.line == 7


DAMAGE = (
    *("", " ", "None", "x", "self", "()", "[]", "{}", "**", "*", "1", '"', ".", ", ", "lambda: 0", "not "),
    *("\n", "if x:", "return ", "for a in b: ", "@"),
)


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(project=projects(), data=st.data())
def test_damaged_python_gives_crews_or_clear_errors(
    tmp_path_factory: pytest.TempPathFactory, project: Project, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("damaged")
    for name, text in project.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    text = project.files["crew.py"]
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        length = data.draw(st.integers(0, 12))
        text = text[:start] + data.draw(st.sampled_from(DAMAGE)) + text[start + length :]
    try:
        crews, errors = load_crewbase(SourceText(str(folder / "crew.py"), text))
    except InputError as error:
        errors, crews = [error], []
    for one in errors:
        assert (one.path, (one.line or 0) > 0) != (None, False)
    for crew in crews:
        for task in crew.tasks:
            assert task.agent is None or crew.agent(task.agent)


GROWING = {
    "text": ("'ab'", "GROWN + GROWN"),
    "list": ("[1]", "GROWN * 2"),
    "number": ("10", "GROWN * GROWN"),
}


@pytest.mark.parametrize(("start", "step"), GROWING.values(), ids=GROWING)
@pytest.mark.parametrize("rounds", [34, 10**9])
def test_what_is_too_long_to_follow_is_said_with_its_line(
    start: str, step: str, rounds: int, tmp_path: Path
) -> None:
    module = f"GROWN = {start}\nfor _ in range({rounds}):\n    GROWN = {step}\n"
    crew = read(tmp_path, source_with(module))
    first = HEADER.count("\n") + 1
    lines = [one.place.line for one in crew.unknowns if "too long to follow" in one.reason]
    assert lines
    assert set(lines) <= {first + 1, first + 2}
    assert [task.name for task in crew.tasks] == ["writing"]


OWN = """
class Agent: ...
class Task: ...
class Crew: ...
def CrewBase(cls): return cls
def agent(function): return function
task = crew = agent
"""
USER = """
from {module} import Agent, Crew, CrewBase, Task, agent, crew, task

@CrewBase
class Mine:
    @crew
    def crew(self):
        return Crew(agents=[], tasks=[])

Mine().crew().kickoff()
"""


@pytest.mark.parametrize("module", ["simulated", ".simulated", "src.simulated"])
def test_a_project_that_only_looks_like_crewai_is_left_alone(module: str, tmp_path: Path) -> None:
    files = {
        "pyproject.toml": "",
        "src/simulated.py": OWN,
        "src/mine.py": USER.format(module=module),
        "src/same.py": OWN + USER.partition("task\n\n")[2],
    }
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    (error,) = load_all(tmp_path).errors
    assert isinstance(error, NotACrew)


def test_a_base_that_the_project_hands_on_is_crewais(tmp_path: Path) -> None:
    (tmp_path / "base.py").write_text("from crewai.project import CrewBase\n", encoding="utf-8")
    source = source_with().replace("import CrewBase, agent", "import agent")
    crew = read(tmp_path, "from base import CrewBase\n" + source)
    assert [one.name for one in crew.tasks] == ["writing"]


def test_a_decorator_that_nothing_defines_is_said_to_be_so(tmp_path: Path) -> None:
    crews, (error,) = load(tmp_path, source_with().replace("import CrewBase, agent", "import agent"))
    assert not crews
    assert "the name CrewBase is not defined" in str(error)


LATER = """
    def __init__(self):
        self.about = {empty}
        self.tone = "dry"
        self.prepare()

    def prepare(self):
        self.length = "long"

    def run(self, about):
        self.about = about
        return self.crew().kickoff()
"""


@pytest.mark.parametrize("empty", ["{}", "[]", "''", "None"])
def test_what_a_method_fills_before_the_crew_is_made_is_not_known(empty: str, tmp_path: Path) -> None:
    task = 'description=f"On {self.about} {self.tone} {self.length}"'
    crew = read(tmp_path, source_with(body=LATER.format(empty=empty).strip(), task=task))
    assert [one.description for one in crew.tasks] == ["On … dry long"]
    assert any("description" in one.reason for one in crew.unknowns)


def test_a_text_filled_with_what_comes_later_is_no_failure(tmp_path: Path) -> None:
    task = 'description="On {topic}".format(**self.about), output_file="a.md"'
    crew = read(tmp_path, source_with(body=LATER.format(empty="{}").strip(), task=task))
    assert crew.tasks_known
    assert [(one.name, one.output_file) for one in crew.tasks] == [("writing", "a.md")]
    assert any("description" in one.reason for one in crew.unknowns)


MADE = """
@CrewBase
class Mine:
    def __init__({parameters}):
        self.about = {kept}

    @agent
    def writer(self) -> Agent:
        return Agent(config=self.agents_config["writer"])

    @task
    def writing(self) -> Task:
        return Task(description=f"On {{self.about}}", expected_output="e", agent=self.writer())

    @crew
    def crew(self) -> Crew:
        return Crew(agents=self.agents, tasks=self.tasks)
"""
PARAMETERS = {
    "self, about=None": "about",
    "self, *, about='nothing'": "about",
    "self, **given": "given.get('about')",
}


@pytest.mark.parametrize(("parameters", "kept"), PARAMETERS.items())
@pytest.mark.parametrize(
    ("calls", "text"),
    [
        (["Mine(about='tea')"], "On tea"),
        (["Mine(about='tea')", "Mine(about='tea')"], "On tea"),
        (["Mine(about='tea')", "Mine(about='milk')"], None),
        (["Mine(about='tea')", "Mine()"], None),
        (["Mine(about=input())"], None),
        (["Mine(**{'about': 'tea'})"], None),
    ],
)
def test_what_a_class_is_made_with_is_taken_from_the_calls(
    parameters: str, kept: str, calls: list[str], text: str | None, tmp_path: Path
) -> None:
    source = HEADER + MADE.format(parameters=parameters, kept=kept)
    lines = "\n".join(f"    {call}.crew().kickoff()" for call in calls)
    main = f"from crew import Mine\ndef run():\n{lines}\nrun()\n"
    (tmp_path / "main.py").write_text(main, encoding="utf-8")
    crew = read(tmp_path, source)
    found = crew.tasks[0].description
    is_unknown = any("description" in one.reason for one in crew.unknowns)
    assert (found, is_unknown) == ((text, False) if text else ("On …", True))
