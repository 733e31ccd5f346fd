"""No fix takes an output from a task whose text names it, however it names it."""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import dedent

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from crewprof.analysis.optimise import optimise_crew
from crewprof.crew.loaders.crew_yaml import load_crew_yaml
from crewprof.findings import Applicability
from crewprof.semantics.behavior import behavior_of
from crewprof.semantics.context import contexts_of
from crewprof.source.text import SourceText
from tests.rules.checking import options


@dataclass(frozen=True)
class Source:
    """A task that makes something, and the ways in which a later text may speak of it."""

    name: str
    told: str
    wanted: str
    role: str
    called: tuple[str, ...]


SOURCES = (
    Source(
        "market",
        "Describe the market for bicycle bells.",
        "A report of 600 words.",
        "Economist",
        ("the market", "the report on bells", "what the economist wrote", "demand for bicycle bells"),
    ),
    Source(
        "law",
        "List the rules on noise in traffic.",
        "A list of ten laws.",
        "Lawyer",
        ("the laws", "the rules on noise", "the lawyer's list", "the legal situation in traffic"),
    ),
    Source(
        "metals",
        "Compare brass and steel for small parts.",
        "A table of properties.",
        "Metallurgist",
        ("the table of properties", "brass and steel", "the metallurgist's findings", "the metals"),
    ),
    Source(
        "kunden",
        "Befrage zwölf Kunden zu Klingeln.",
        "Zwölf Antworten.",
        "Marktforscherin",
        ("die Antworten der Kunden", "was die Marktforscherin hörte", "the twelve Antworten", "Kunden"),
    ),
    Source(
        "couleurs",
        "Propose six couleurs pour une sonnette.",
        "Six couleurs avec leur code.",
        "Coloriste",
        ("les couleurs", "ce que la coloriste propose", "les codes des couleurs", "the colours (couleurs)"),
    ),
    Source(
        "声音",
        "描述三种铃声。",
        "三段描述。",
        "声学家",
        ("三种铃声", "声学家的描述", "铃声的描述", "声音"),
    ),
)
FRAMES = ("Advise on a bell from {0}.", "Write the plan. Use {0}.", "Decide, based on {0}, what to build.")


@st.composite
def crews(draw: st.DrawFn) -> tuple[str, frozenset[str]]:
    """The text of a crew, and the earlier tasks that its last text names."""
    sources = draw(st.lists(st.sampled_from(SOURCES), min_size=2, max_size=5, unique=True))
    meant = draw(st.lists(st.sampled_from(sources), min_size=1, max_size=3, unique=True))
    told = draw(st.sampled_from(FRAMES)).format(", ".join(draw(st.sampled_from(one.called)) for one in meant))
    agents = {
        f"a{number}": {"role": one.role, "goal": "G", "backstory": "B", "llm": "openai/gpt-4o"}
        for number, one in enumerate(sources)
    }
    agents["last"] = {"role": "Planner", "goal": "G", "backstory": "B", "llm": "openai/gpt-4o"}
    tasks = [
        {"name": one.name, "description": one.told, "expected_output": one.wanted, "agent": f"a{number}"}
        for number, one in enumerate(sources)
    ]
    last = {"name": "advice", "description": told, "expected_output": "One page.", "agent": "last"}
    data = {"agents": agents, "tasks": [*tasks, last]}
    text = yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=1000)
    return dedent(text), frozenset(one.name for one in meant)


@settings(max_examples=40)
@given(crews())
def test_what_a_text_names_still_reaches_it(made: tuple[str, frozenset[str]]) -> None:
    text, named = made
    crew = load_crew_yaml(SourceText("crew.yaml", text))
    every = frozenset({Applicability.SAFE, Applicability.UNSAFE})
    done = optimise_crew(crew, options(), every)
    after = done.after.crew
    received = contexts_of(after, behavior_of("1.15.30"))["advice"].sources
    assert named <= set(received), (text, received)
