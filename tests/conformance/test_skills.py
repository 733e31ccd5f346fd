"""Skills: those that CrewAI takes, and what it makes of them."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from crewai.skills.loader import format_skill_context, load_skills
from hypothesis import given
from hypothesis import strategies as st

from crewprof.quick_dataclasses import replace
from crewprof.semantics.behavior import NEWEST
from crewprof.semantics.refusals.nested import nested_settings
from crewprof.semantics.skills import skills_of
from tests.conformance.comparing import load
from tests.conformance.profile import conformance

if TYPE_CHECKING:
    from crewprof.crew.definition import Crew

NAMES = st.sampled_from(["limerick", "two-words", "Upper", "a b", "-dash", "a" * 65, 7, None])
HEADERS = st.fixed_dictionaries(
    {"name": NAMES, "description": st.sampled_from(["Writes.", "", "d" * 1025, 3])},
    optional={
        "license": st.sampled_from(["MIT", 2, None]),
        "compatibility": st.sampled_from(["crewai", "c" * 501]),
        "metadata": st.sampled_from([{"version": "1.0"}, {"version": 1.0}, {1: "one"}, None, ["a"]]),
        "allowed-tools": st.sampled_from(["read write", ["read"], [1], 5, None]),
        "else": st.just(1),
    },
)
GOOD = {"name": "limerick", "description": "Writes."}
BODIES = st.sampled_from(["Five lines.", "", "One.\n---\nTwo.", "----\nThree."])
MARKS = st.sampled_from([("---\n", "---\n"), ("--- \n", "---  \n"), ("---\n", "---"), ("---\r\n", "---\r\n")])
OTHER_MARKS = st.sampled_from([("---\n", "----\n"), ("---\n", "---x\n"), ("----\n", "---\n"), ("", "---\n")])


def text_of(header: dict[str, Any], marks: tuple[str, str], body: str) -> str:
    return f"{marks[0]}{yaml.safe_dump(header)}{marks[1]}{body}"


def crew_with(skill: str, root: Path) -> Crew:
    about = {"role": "a", "goal": "Work.", "backstory": "You work.", "skills": [skill]}
    task = {"name": "t", "description": "Do it.", "expected_output": "A text.", "agent": "a"}
    return replace(load({"agents": {"a": about}, "tasks": [task]}), project_root=str(root))


def known_by_crewprof(skill: str, root: Path) -> list[str]:
    crew = crew_with(skill, root)
    return [one.block for one in skills_of(crew, crew.agents[0])]


def known_by_crewai(skill: Path | str) -> list[str]:
    try:
        return [format_skill_context(one) for one in load_skills([skill], activate=False)]
    except ValueError:
        return []


@conformance
@given(HEADERS | st.just(GOOD), MARKS | OTHER_MARKS, BODIES, st.sampled_from(["limerick", "two-words"]))
def test_skills_of_folders_are_those_that_crewai_finds(
    header: dict[str, Any], marks: tuple[str, str], body: str, name: str
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        own = Path(folder).resolve() / "skills" / name
        own.mkdir(parents=True)
        (own / "SKILL.md").write_bytes(text_of(header, marks, body).encode())
        assert known_by_crewprof("skills", own.parent.parent) == known_by_crewai(own.parent)


@conformance
@given(HEADERS | st.just(GOOD), MARKS, BODIES)
def test_skills_in_a_text_are_what_crewai_makes_of_it(
    header: dict[str, Any], marks: tuple[str, str], body: str
) -> None:
    text = text_of(header, marks, body)
    if text.startswith(("---\n", "---\r\n")):
        assert known_by_crewprof(text, Path("/nowhere")) == known_by_crewai(text)


@conformance
@given(HEADERS | st.just(GOOD), MARKS, BODIES)
def test_a_skill_in_a_text_is_refused_where_crewai_refuses_it(
    header: dict[str, Any], marks: tuple[str, str], body: str
) -> None:
    text = text_of(header, marks, body)
    if text.startswith(("---\n", "---\r\n")):
        told = [
            one for one in nested_settings(crew_with(text, Path("/nowhere")), NEWEST) if one.key == "skills"
        ]
        assert bool(told) is not bool(known_by_crewai(text))


@pytest.mark.parametrize("content", [b"---\nname: limerick\ndescription: \xff\n---\nFive lines.", b""])
def test_a_skill_that_is_no_text_is_left_out(content: bytes, tmp_path: Path) -> None:
    own = tmp_path / "skills" / "limerick"
    own.mkdir(parents=True)
    (own / "SKILL.md").write_bytes(content)
    assert known_by_crewprof("skills", tmp_path) == known_by_crewai(own.parent) == []
