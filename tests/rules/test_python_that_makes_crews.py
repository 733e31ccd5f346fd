"""What is only known when the code runs, or is meant as it stands, is not held against a crew."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crewprof.analysis.subject import subject_of
from crewprof.crew.discovery import load_all
from crewprof.findings import Severity
from crewprof.rules.registry import rule_named
from tests.conformance.offline import go_offline
from tests.rules.checking import crew_of, findings, options

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from crewprof.findings import Finding

HEAD = "from crewai import Agent, Crew, Task\n"
A_CREW = """
def build(topic):
    a = Agent(role="A", goal="Work", backstory="Calm.", llm="openai/gpt-4o")
    t = Task(description={text}, expected_output="A text", agent=a)
    return Crew(agents=[a], tasks=[t])

def main(topic):
    return build(topic).kickoff({given})
"""


def _found(folder: Path, python: str, code: str) -> Sequence[Finding]:
    (folder / "app.py").write_text(HEAD + dedent(python), encoding="utf-8")
    rule = rule_named(code)
    crews = load_all(folder).crews
    return [found for crew in crews for found in rule.check(subject_of(crew, options()))]


@pytest.mark.parametrize("text", ['"Write about {topic}.".format(topic=topic)', 'f"Write about {topic}."'])
@pytest.mark.parametrize("given", ["", "inputs={'other': 1}"])
def test_what_the_code_puts_into_a_text_is_no_input(tmp_path: Path, text: str, given: str) -> None:
    assert not _found(tmp_path, A_CREW.format(text=text, given=given), "CP020")


def test_a_value_that_the_code_has_and_does_not_pass_is_told(tmp_path: Path) -> None:
    (found,) = _found(tmp_path, A_CREW.format(text='"Write about {topic}."', given=""), "CP020")
    assert "passes no inputs: the model sees the text {topic}" in found.message


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    command=st.from_regex(r"[a-z]{3,8}\*?", fullmatch=True),
    option=st.sampled_from(["", "[h]", "[width=3cm]"]),
)
def test_arguments_of_latex_are_no_inputs(tmp_path: Path, command: str, option: str) -> None:
    text = f'r"Put the table into \\{command}{option}{{topic}}."'
    assert not _found(tmp_path, A_CREW.format(text=text, given=""), "CP020")


def test_a_pattern_that_no_value_stands_behind_is_no_input(tmp_path: Path) -> None:
    assert not _found(tmp_path, A_CREW.format(text='"Name the files step-{N}.md."', given=""), "CP020")


def test_keys_that_other_code_may_have_set_are_nobodys(tmp_path: Path) -> None:
    python = """
        def build(room):
            a = Agent(role="A", goal="Work", backstory="Calm.", temper="calm")
            for one in [a, *room.things]:
                for each in room.more(one):
                    each.quantity = 2
            t = Task(description="Do", expected_output="A text", agent=a)
            return Crew(agents=[a], tasks=[t])

        build(object()).kickoff()
    """
    for found in _found(tmp_path, python, "CP001"):
        assert "quantity" not in found.message


def test_an_agent_asked_alone_keeps_its_answers_model_with_tools(tmp_path: Path) -> None:
    python = """
        from pydantic import BaseModel
        from crewai_tools import SerperDevTool

        class Report(BaseModel):
            text: str

        a = Agent(role="A", goal="Work", backstory="Calm.", tools=[SerperDevTool()], llm="openai/gpt-4o")
        a.kickoff("Find news.", response_format=Report)
    """
    assert not _found(tmp_path, python, "CP017")


OF_LANGCHAIN = """
    from {module} import {name}
    from langchain_community.tools import DuckDuckGoSearchRun

    llm = {name}(model="{model}")
    a = Agent(role="A", goal="Work", backstory="Calm.", llm=llm, tools=[DuckDuckGoSearchRun()])
    b = Agent(role="B", goal="Work", backstory="Calm.", llm=llm)
    tasks = [Task(description="Do it.", expected_output="A text", agent=one) for one in (a, b)]
    Crew(agents=[a, b], tasks=tasks).kickoff()
"""


@pytest.mark.parametrize(
    ("module", "name", "model", "written"),
    [
        ("langchain_ollama", "ChatOllama", "llama3.1", "ollama/llama3.1"),
        ("langchain.llms", "Ollama", "llama3.1", "ollama/llama3.1"),
        ("langchain_groq", "ChatGroq", "llama3-8b-8192", "groq/llama3-8b-8192"),
        (
            "langchain_google_genai",
            "ChatGoogleGenerativeAI",
            "models/gemini-2.5-pro",
            "gemini/gemini-2.5-pro",
        ),
        ("langchain_openai", "ChatOpenAI", "gpt-4o", "gpt-4o"),
    ],
)
def test_models_of_langchain_are_refused_and_named_as_crewai_does(
    tmp_path: Path, module: str, name: str, model: str, written: str
) -> None:
    python = OF_LANGCHAIN.format(module=module, name=name, model=model)
    (found,) = _found(tmp_path, python, "CP004")
    assert found.severity is Severity.ERROR
    assert found.agents == ("a", "b")
    assert f'{name} is an object of LangChain, not an LLM; write LLM(model="{written}")' in found.message
    assert (tmp_path / "app.py").read_text().splitlines()[found.place.line - 1].startswith("llm = ")
    assert not _found(tmp_path, python, "CP304")
    (crew,) = load_all(tmp_path).crews
    assert not list(rule_named("CP004").check(subject_of(crew, options(crewai_version="1.9.3"))))


def test_crewai_refuses_models_that_are_none_of_its_own() -> None:
    go_offline()
    from crewai import Agent
    from pydantic import ValidationError

    class ChatGroq:
        model = model_name = "llama3-8b-8192"

    with pytest.raises(ValidationError, match="llm"):
        Agent(role="A", goal="Work", backstory="Calm.", llm=ChatGroq())


@pytest.mark.parametrize(
    "model",
    ['LLM(model=os.getenv("CHOSEN", ""))', 'os.getenv("CHOSEN", "")', 'os.environ.get("CHOSEN", default="")'],
)
def test_an_empty_default_stands_for_what_the_environment_gives(tmp_path: Path, model: str) -> None:
    python = f"""
        import os
        from crewai import LLM

        a = Agent(role="A", goal="Work", backstory="Calm.", llm={model})
        t = Task(description="Do it.", expected_output="A text", agent=a)
        Crew(agents=[a], tasks=[t]).kickoff()
    """
    assert not _found(tmp_path, python, "CP004")
    (crew,) = load_all(tmp_path).crews
    assert crew.agents[0].llm is not None
    assert crew.agents[0].llm.id is None


def test_what_one_line_makes_is_told_once(tmp_path: Path) -> None:
    python = """
        a = Agent(role="A", goal="Work", backstory="Calm.")
        tasks = [Task(description=f"Do {n}.", expected_output="A text") for n in range(5)]
        Crew(agents=[a], tasks=tasks).kickoff()
    """
    (found,) = _found(tmp_path, python, "CP029")
    assert len(found.tasks) == 5
    assert found.message.endswith("(and 4 more made by the same line)")


FACTORY = """
    def editor(**more):
        return Agent(role="Editor", goal="Edit", backstory="Calm.", llm="openai/gpt-4o", **more)

    def writer(**more):
        return Agent(role="Writer", goal="Write", backstory="Calm.", llm="openai/gpt-4o", **more)

    first = Task(description="Write it.", expected_output="A text", agent=writer({own}))
    then = Task(description="Edit it.", expected_output="A text", agent=editor())
    Crew(agents=[writer(), editor(){idle}], tasks=[first, then]).kickoff()
"""


def test_agents_made_once_more_for_the_list_are_not_unused(tmp_path: Path) -> None:
    assert not _found(tmp_path, FACTORY.format(own="", idle=""), "CP021")


def test_an_agent_that_is_not_listed_may_delegate_to_those_who_are(tmp_path: Path) -> None:
    idle = ', Agent(role="Idler", goal="Wait", backstory="Calm.")'
    (found,) = _found(tmp_path, FACTORY.format(own="", idle=idle), "CP021")
    assert len(found.agents) == 1
    assert not _found(tmp_path, FACTORY.format(own="allow_delegation=True", idle=idle), "CP021")


def test_crewai_gives_an_agent_that_is_not_listed_tools_to_delegate_with() -> None:
    go_offline()
    from crewai import Agent, Crew, Task

    from tests.conformance.recording_llm import Recorder, RecordingLLM, answers_at_once

    def agent(role: str, **more: Any) -> Any:
        llm = RecordingLLM.make(Recorder(), answers_at_once, owner=role)
        return Agent(role=role, goal="Work", backstory="Calm.", llm=llm, **more)

    own = agent("Own", allow_delegation=True)
    task = Task(description="Do it.", expected_output="A text", agent=own)
    for listed, tools in ((["Writer"], 0), (["Writer", "Editor"], 2)):
        crew = Crew(agents=[agent(role) for role in listed], tasks=[task])
        assert len(crew._prepare_tools(own, task, [])) == tools


DELEGATES = [
    ("Ask the Web Scout for facts.", "Web Scout"),
    ("你委托网络搜索专家查找资料。", "网络搜索专家"),
    ("調査は市場分析担当に依頼する。", "市場分析担当"),
    ("Поручи поиск другим.", "Разведчик"),
    ("Delega la ricerca.", "Cercatore"),
]


@pytest.mark.parametrize(("told", "other"), DELEGATES)
def test_an_agent_told_to_hand_work_on_may_delegate(told: str, other: str) -> None:
    crew = crew_of(f"""
        agents:
          lead: {{role: Writer, goal: Write, backstory: "{told}", llm: gpt-4o, allow_delegation: true}}
          scout: {{role: "{other}", goal: Find, backstory: Calm., llm: gpt-4o}}
        tasks:
          - {{name: one, description: Find facts., expected_output: Facts, agent: scout}}
          - {{name: two, description: Write it., expected_output: A text, agent: lead}}
    """)
    assert not findings(rule_named("CP105"), crew)


def test_objects_of_every_sort_in_their_places_are_no_mistakes(tmp_path: Path) -> None:
    python = """
        from crewai import LLM
        from crewai.knowledge.source.string_knowledge_source import StringKnowledgeSource
        from crewai.tools import BaseTool, tool
        from crewai_tools import SerperDevTool

        class Mine(BaseTool):
            name: str = "mine"
            description: str = "Mine."

            def _run(self, x: str) -> str:
                return x

        @tool("other")
        def other(x: str) -> str:
            "Another."
            return x

        def check(output):
            return (True, output)

        known = StringKnowledgeSource(content="It rains.")
        tools = [Mine(), other, SerperDevTool()]
        a = Agent(role="A", goal="Work", backstory="Calm.", llm=LLM(model="gpt-4o"), tools=tools,
                  knowledge_sources=[known], step_callback=print)
        t = Task(description="Do it.", expected_output="A text", agent=a, tools=[Mine()], guardrail=check)
        u = Task(description="Do more.", expected_output="A text", agent=a, context=[t], callback=print,
                 guardrails=[check, "Be kind."])
        Crew(agents=[a], tasks=[t, u], knowledge_sources=[known], task_callback=print,
             before_kickoff_callbacks=[print], planning=True, planning_llm=LLM(model="gpt-4o")).kickoff()
    """
    assert not _found(tmp_path, python, "CP004")


TWO_CREWS = """
    a = Agent(role="A", goal="Work", backstory="Calm.", llm="gpt-4o")
    one, two, three = (Task(description=f"Do {{n}}.", expected_output="A text", agent=a) for n in "123")
    last = Task(description="Join.", expected_output="A text", agent=a, context=[one, two])
    more = Task(description="Check.", expected_output="A text", agent=a, context=[last, two, three])
    {first}
    Crew(agents=[a], tasks=[last, more]).kickoff()
"""


def test_tasks_of_no_crew_have_no_output_which_is_told_once(tmp_path: Path) -> None:
    (found,) = _found(tmp_path, TWO_CREWS.format(first=""), "CP005")
    assert found.message.startswith("2 tasks have ")
    assert "as context, which are not in the crew: they have no output" in found.message
    assert found.fix is None


def test_tasks_that_another_crew_may_have_run_have_outputs(tmp_path: Path) -> None:
    first = "Crew(agents=[a], tasks=[one, two, three]).kickoff()"
    assert not _found(tmp_path, TWO_CREWS.format(first=first), "CP005")
    (found,) = _found(tmp_path, TWO_CREWS.format(first=first.replace(", three", "")), "CP005")
    assert len(found.tasks) == 1


def test_crewai_takes_the_output_a_task_has_from_another_crew() -> None:
    go_offline()
    from crewai import Task
    from crewai.tasks.task_output import TaskOutput
    from crewai.utilities.formatter import aggregate_raw_outputs_from_tasks

    ran = Task(description="Do it.", expected_output="A text")
    ran.output = TaskOutput(description="Do it.", raw="It is done.", agent="A")
    waits = Task(description="Do more.", expected_output="A text")
    assert aggregate_raw_outputs_from_tasks([ran, waits]) == "It is done."


@pytest.mark.parametrize(
    ("given", "told"), [("memory=False", False), ('note=""', False), ("enabled=False", True)]
)
def test_a_dropped_key_that_switches_nothing_off_is_not_told(tmp_path: Path, given: str, told: bool) -> None:
    python = f"""
        a = Agent(role="A", goal="Work", backstory="Calm.")
        t = Task(description="Do it.", expected_output="A text", agent=a, {given})
        Crew(agents=[a], tasks=[t]).kickoff()
    """
    assert bool(_found(tmp_path, python, "CP001")) == told


def test_texts_of_what_no_crew_uses_may_be_known_only_when_it_runs(tmp_path: Path) -> None:
    python = """
        from textwrap3 import dedent

        a = Agent(role="A", goal="Work", backstory="Calm.")
        b = Agent(role="B", goal=dedent("Work"), backstory=dedent("Calm."))
        t = Task(description="Do it.", expected_output="A text", agent=a)
        u = Task(description=dedent("Do it."), expected_output=dedent("A text"), agent=b)
        Crew(agents=[a], tasks=[t]).kickoff()
    """
    assert not _found(tmp_path, python, "CP003")


SCOUTS = """
from crewai import Agent, Crew, Task
from pydantic import Field

class Scout(Agent):
    region: str = Field(default="")
    notes: dict = Field(default_factory=dict)

    def __init__(self, region, **more):
        super().__init__(role="Scout", goal="Look", backstory="Calm.", region=region, notes={}, **more)

scout = Scout("north", llm="openai/gpt-4o", verbose=True)
look = Task(description="Look around", expected_output="A text", agent=scout, verbose=True)
team = Crew(agents=[scout], tasks=[look])
team.kickoff()
"""


def test_fields_a_class_of_the_project_declares_and_logs_are_no_unknown_keys(tmp_path: Path) -> None:
    assert not _found(tmp_path, SCOUTS, "CP001")
    assert _found(tmp_path, SCOUTS.replace('    region: str = Field(default="")\n', ""), "CP001")


CONTEXTS = """
from crewai import Agent, Crew, Task
{head}
def listed(given):
    if given is None:
        return []
    if isinstance(given, list):
        return [one for one in given if one is not None]
    return [given]

def agent(role):
    return Agent(role=role, goal="Work", backstory="Calm.", llm="openai/gpt-4o")

plot = Task(description="Outline the plot", expected_output="A plot", agent=agent("Plotter"))
people = Task(description="Draw the people", expected_output="Portraits", agent=agent("Painter"){one})
people.async_execution = True
places = Task(description="Draw the places", expected_output="Views", agent=agent("Surveyor"){two})
places.async_execution = True
every = [plot, people, places]
book = Task(description="Write it", expected_output="A book", agent=agent("Author"), context=every)
team = Crew(agents=[plot.agent, people.agent, places.agent, book.agent], tasks=[plot, people, places, book])
team.kickoff()
"""


def test_a_context_that_code_makes_is_no_missing_context(tmp_path: Path) -> None:
    made = CONTEXTS.format(head="", one=", context=listed(plot)", two=", context=listed([plot])")
    assert not _found(tmp_path, made, "CP011")
    head = "import os\nfrom elsewhere import chosen\n"
    unknown = CONTEXTS.format(head=head, one=", context=chosen(plot)", two=", context=chosen(plot)")
    assert not _found(tmp_path, unknown, "CP011")


def test_what_several_async_tasks_miss_is_told_once(tmp_path: Path) -> None:
    (found,) = _found(tmp_path, CONTEXTS.format(head="", one="", two=""), "CP011")
    assert found.message.startswith("tasks people and places are async and have no context")
