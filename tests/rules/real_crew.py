"""The real crewai beside a rule: a crew built by its own loader, a project run by importing it."""

from __future__ import annotations

import contextlib
import importlib.util
import itertools
import os
import sys
import tempfile
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest
import yaml

from crewprof.analysis.pipeline import analyse_crew
from tests.conformance.offline import go_offline
from tests.rules.checking import crew_of, fixed, options

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crewprof.findings import Savings
    from tests.conformance.recording_llm import Script
    from tests.conformance.running import Outcome

_NUMBERS = itertools.count()
_KEPT: list[Any] = []
"""Instances CrewAI remembers results by the address of; freed ones would be mistaken for others."""


def definition(text: str) -> dict[str, Any]:
    """The plain data of a ``crew.yaml``."""
    data: dict[str, Any] = yaml.safe_load(dedent(text))
    return data


def built(text: str, environment: Mapping[str, str] | None = None) -> Any:
    """The Crew object CrewAI makes of a ``crew.yaml``, with variables added to the environment."""
    go_offline()
    from tests.conformance.running import load

    surroundings = patch.dict(os.environ, environment or {})
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder), surroundings:
        return load(definition(text), Path(folder))[0]


def ran(text: str, script: Script | None = None, **settings: Any) -> Outcome:
    """What CrewAI did with a ``crew.yaml``, its LLMs answering from ``script`` (at once, by default)."""
    go_offline()
    from tests.conformance.recording_llm import answers_at_once
    from tests.conformance.running import run_definition

    return run_definition(definition(text), script=script or answers_at_once, **settings)


def project_crew(folder: Path, class_name: str) -> Any:
    """The Crew object of the class in ``crew.py`` of a @CrewBase project, made by importing it."""
    go_offline()
    from crewai.project import utils

    name = f"project_under_test_{next(_NUMBERS)}"
    spec = importlib.util.spec_from_file_location(name, folder / "crew.py")
    assert spec is not None
    assert spec.loader is not None
    # By the address of an instance CrewAI remembers what its methods gave, also where making it failed.
    utils.cache._cache.clear()
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # where CrewAI looks for the folder of the class
    spec.loader.exec_module(module)
    instance = getattr(module, class_name)()
    _KEPT.append(instance)
    return instance.crew()


def assert_savings_are_true(code: str, text: str, **settings: Any) -> Savings:
    """Check what the report promises for the one fix of ``code`` against the report on the fixed file.

    Returns what was promised; 5 % may be off.
    """
    crew = crew_of(text)
    before = analyse_crew(crew, options(select=(code,), **settings))
    (found,) = before.findings
    (rewritten,) = fixed(found, crew).values()
    after = analyse_crew(crew_of(rewritten.text), options(select=(code,), **settings))
    old, new = before.profile.total, after.profile.total
    assert old.cost_usd is not None
    assert new.cost_usd is not None
    tokens = [one.input_tokens.expected + one.output_tokens.expected for one in (old, new)]
    assert found.saves.tokens == pytest.approx(tokens[0] - tokens[1], rel=0.05, abs=0.5)
    saved = old.cost_usd.expected - new.cost_usd.expected
    assert float(found.saves.cost_usd or 0) == pytest.approx(float(saved), rel=0.05)
    assert found.saves.seconds == pytest.approx(old.seconds.expected - new.seconds.expected, rel=0.05)
    return found.saves
