"""Accepted or refused, to the end or not: random crews and mistakes, against the real crewai."""

from __future__ import annotations

import tempfile
from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from crewprof.crew.loaders.crew_yaml import load_crew_yaml
from crewprof.errors import InputError
from crewprof.models import lookup
from crewprof.semantics.models import with_models
from crewprof.semantics.refusals import Kind, Objection, Outcome, objections
from crewprof.source.text import SourceText
from tests.conformance.comparing import newest
from tests.conformance.profile import conformance
from tests.conformance.project import write_project
from tests.conformance.random_crews import Definition, Features, definitions, flawed_definitions
from tests.conformance.recording_llm import answers_at_once, answers_badly
from tests.conformance.running import run_definition
from tests.semantics.mistakes import (
    CRASHES,
    NEAR_MISSES,
    READ_BY_NOBODY,
    REFUSED,
    SCHEMA,
    crew,
    task,
)

if TYPE_CHECKING:
    from crewprof.crew.definition import Model


def judged(definition: Definition, *, function_calling: bool = True) -> tuple[Objection, ...] | InputError:
    """What crewprof objects to; the error of the loader where it reads no crew at all."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        write_project(root)
        text = yaml.safe_dump(definition, allow_unicode=True, sort_keys=False)
        try:
            crew = with_models(load_crew_yaml(SourceText(str(root / "crew.yaml"), text)), newest())
        except InputError as error:
            return error

        def calls_functions(model: Model | None) -> bool:
            known = lookup(model.id).function_calling if model is not None and model.id else True
            return function_calling and known

        return objections(crew, newest(), calls_functions, lambda _: "openai")


def is_refused(verdict: tuple[Objection, ...] | InputError) -> bool:
    return isinstance(verdict, InputError) or any(one.outcome is Outcome.REFUSED for one in verdict)


def crash_kinds(verdict: tuple[Objection, ...] | InputError) -> set[Kind]:
    assert not isinstance(verdict, InputError), verdict
    return {one.kind for one in verdict if one.outcome is Outcome.CRASH}


def assert_agrees(definition: Definition, *, function_calling: bool = True) -> None:
    verdict = judged(definition, function_calling=function_calling)
    outcome = run_definition(deepcopy(definition), function_calling=function_calling, delay=0.01)

    assert outcome.accepted is not is_refused(verdict), (outcome.error, verdict)
    if not outcome.accepted:
        return
    crashes = crash_kinds(verdict)
    # Whether async tasks meet on a manager is a matter of timing, and the recording LLM answers JSON.
    certain = crashes - {Kind.JSON_WITHOUT_FUNCTION_CALLING}
    if definition.get("process") == "hierarchical":
        certain -= {Kind.ASYNC_ON_ONE_AGENT}
    if certain:
        assert not outcome.finished, verdict
    if not outcome.finished:
        assert crashes, outcome.error


@conformance
@given(definitions(Features(asynchronous=0.5, max_tasks=7)), st.booleans())
def test_crews_crewai_takes_run_unless_we_object(definition: Definition, function_calling: bool) -> None:
    assert_agrees(definition, function_calling=function_calling)


@conformance
@given(flawed_definitions(Features(tools=0.2, structured=0.1)))
def test_crews_with_one_mistake(definition: Definition) -> None:
    assert_agrees(definition)


@pytest.mark.parametrize("name", REFUSED)
def test_mistakes_crewai_refuses(name: str) -> None:
    kind, definition = REFUSED[name]

    verdict = judged(definition)

    assert not run_definition(deepcopy(definition)).accepted
    assert not isinstance(verdict, InputError)
    assert {one.kind for one in verdict if one.outcome is Outcome.REFUSED} == {kind}


@pytest.mark.parametrize("name", READ_BY_NOBODY)
def test_mistakes_both_loaders_refuse(name: str) -> None:
    assert isinstance(judged(READ_BY_NOBODY[name]), InputError)
    assert not run_definition(deepcopy(READ_BY_NOBODY[name])).accepted


@pytest.mark.parametrize("name", CRASHES)
def test_mistakes_crewai_crashes_on(name: str) -> None:
    kind, definition = CRASHES[name]

    outcome = run_definition(deepcopy(definition), delay=0.02)

    assert crash_kinds(judged(definition)) == {kind}
    assert outcome.accepted
    assert not outcome.finished


def test_date_as_input_crashes() -> None:
    import datetime

    definition = crew({**task(), "description": "Do {day}."}, inputs={"day": datetime.date(2025, 1, 2)})

    verdict = judged(definition)

    assert crash_kinds(verdict) == {Kind.MISSING_INPUT}
    assert not isinstance(verdict, InputError)
    assert any("put it in quotes" in one.message for one in verdict)
    assert not run_definition(definition).finished


def test_several_async_tasks_on_a_manager_are_objected_to() -> None:
    definition = crew(
        task(async_execution=True),
        task("two", "b", async_execution=True),
        task("three"),
        process="hierarchical",
        manager_llm="gpt-4o",
    )

    assert crash_kinds(judged(definition)) == {Kind.ASYNC_ON_ONE_AGENT}


def test_json_without_function_calling_crashes_unless_the_answer_is_json() -> None:
    definition = crew(task(output_json=SCHEMA, tools=["FileReadTool"]))

    good = run_definition(deepcopy(definition), function_calling=False, script=answers_at_once)
    bad = run_definition(deepcopy(definition), function_calling=False, script=answers_badly)

    assert crash_kinds(judged(definition, function_calling=False)) == {Kind.JSON_WITHOUT_FUNCTION_CALLING}
    assert not crash_kinds(judged(definition))
    assert good.finished
    assert not bad.finished


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_near_misses_run(name: str) -> None:
    definition = NEAR_MISSES[name]

    verdict = judged(definition)

    assert run_definition(deepcopy(definition), delay=0.01).finished
    assert not isinstance(verdict, InputError)
    assert not [one for one in verdict if one.outcome.stops]
