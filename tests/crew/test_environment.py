"""Which model the environment names, as CrewAI and python-dotenv read it."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING
from unittest import mock

import pytest
from dotenv import load_dotenv
from hypothesis import given, settings
from hypothesis import strategies as st

from crewprof.crew.discovery import load_all
from crewprof.crew.environment import (
    MODEL_VARIABLES,
    deciding_variables,
    model_from_env_file_first,
    model_from_environment,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

EXAMPLES = int(os.environ.get("CREWPROF_EXAMPLES", "150"))

NAMES = st.sampled_from([*MODEL_VARIABLES, "PROVIDER", "A", "PYTHON_DOTENV_DISABLED"])
VALUES = st.sampled_from(
    ["", "gpt-4o", "${PROVIDER}/x", "${A:-b}", "${MODEL}", '"a ${A}\\n"', "'${A}'", "x # c", '"', "é", "1"]
)
LINES = st.builds(
    "{}{}{}{}".format,
    st.sampled_from(["", "export ", "  ", "# ", "\ufeff"]),
    NAMES,
    st.sampled_from(["=", " = ", "", "\n="]),
    VALUES,
)
PIECES = st.sampled_from(["MODEL", "A", "=", " ", '"', "'", "\\", "\r\n", "\r", "# c", "${A}", "\t", "x"])
TEXTS = st.one_of(
    st.lists(LINES, max_size=6).map("\n".join), st.lists(PIECES, max_size=14).map(lambda one: "".join(one))
)
ENVIRONMENTS = st.dictionaries(NAMES, st.sampled_from(["", "gpt-4.1", "openai", "no", "yes"]), max_size=4)


def as_crewai(environ: Mapping[str, str], file: Path) -> str | None:
    """The model after ``load_dotenv()``, as crewai/llm.py calls it, by the order of llm_utils.py."""
    with mock.patch.dict(os.environ, environ, clear=True):
        load_dotenv(file)
        return next((os.environ[name] for name in MODEL_VARIABLES if os.environ.get(name)), None)


@settings(max_examples=EXAMPLES, deadline=None)
@given(text=TEXTS, environ=ENVIRONMENTS)
def test_the_model_is_the_one_crewai_takes(text: str, environ: dict[str, str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, ".env")
        file.write_bytes(text.encode())
        found = model_from_environment(environ, folder)
        assert (found[1] if found else None) == as_crewai(environ, file)
        if found is not None:
            assert found[2] == (None if environ.get(found[0]) else str(file))
        assert found == model_from_environment(deciding_variables(environ, folder), folder)


@settings(max_examples=EXAMPLES, deadline=None)
@given(text=TEXTS, environ=ENVIRONMENTS)
def test_of_a_definition_the_model_is_the_one_crewai_run_takes(text: str, environ: dict[str, str]) -> None:
    load_project_env = pytest.importorskip("crewai_cli.run_crew").load_project_env
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, ".env")
        file.write_bytes(text.encode())
        found = model_from_env_file_first(environ, folder)
        with mock.patch.dict(os.environ, environ, clear=True):
            load_dotenv(file)  # importing crewai/llm.py does, before or after
            load_project_env(file)
            taken = next((os.environ[name] for name in MODEL_VARIABLES if os.environ.get(name)), None)
        assert (found[1] if found else None) == taken
        assert found == model_from_env_file_first(deciding_variables(environ, folder), folder)


def test_crewai_itself_takes_that_model(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    utilities = pytest.importorskip("crewai.utilities.llm_utils")
    environ = {"PROVIDER": "openai", "MODEL": "", "OPENAI_API_KEY": "x"}
    (tmp_path / ".env").write_text("MODEL=gpt-4o\nMODEL_NAME=${PROVIDER}/gpt-4.1-nano\n", encoding="utf-8")
    found = model_from_environment(environ, tmp_path)
    with mock.patch.dict(os.environ, environ):
        for name in MODEL_VARIABLES[1:]:
            monkeypatch.delenv(name, raising=False)
        load_dotenv(tmp_path / ".env")
        llm = utilities.create_llm(None)
    assert found is not None
    assert found[1].rpartition("/")[2] == llm.model.rpartition("/")[2] == "gpt-4.1-nano"


def test_the_nearest_file_up_to_the_root_counts_and_none_above_it(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("MODEL=outside\n", encoding="utf-8")
    project = tmp_path / "project"
    inner = project / "src" / "crews"
    inner.mkdir(parents=True)
    assert model_from_environment({}, inner) is None
    (project / "pyproject.toml").touch()
    assert model_from_environment({}, inner) is None
    (project / ".env").write_text("MODEL=ours\n", encoding="utf-8")
    assert model_from_environment({}, inner) == ("MODEL", "ours", str(project / ".env"))


def test_a_file_that_is_no_text_counts_as_empty(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"MODEL=\xff\xfe\x00")
    assert model_from_environment({}, tmp_path) is None


def test_the_file_wins_only_where_crewai_run_starts_the_crew(tmp_path: Path) -> None:
    crew = {
        "agents": {"a": {"role": "r", "goal": "g", "backstory": "b"}},
        "tasks": [{"name": "t", "description": "d", "expected_output": "o", "agent": "a"}],
    }
    flow = {
        "schema": "crewai.flow/v1",
        "name": "f",
        "methods": {"m": {"start": True, "do": {"call": "crew", "with": crew}}},
    }
    wins = {}
    for name, data in (("crew.yaml", crew), ("crew.json", crew), ("flow.yaml", flow)):
        (tmp_path / name).write_text(json.dumps(data), encoding="utf-8")
        (read,) = load_all(tmp_path / name).crews
        wins[read.kind.value] = read.written.env_file_wins
    assert wins == {"crew-yaml": False, "jsonc": True, "flow": True}
