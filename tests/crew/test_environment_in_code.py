"""Variables that a project's own code sets decide the model of agents that name none, as in CrewAI."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crewprof.analysis.pipeline import analyse_crew
from crewprof.crew.discovery import load_all
from crewprof.crew.environment import MODEL_VARIABLES
from crewprof.source.unknown import Unknown
from tests.conformance.offline import go_offline
from tests.rules.checking import options

NAMES = st.sampled_from([*MODEL_VARIABLES, "OTHER"])
VALUES = st.sampled_from(["gpt-4o", "gpt-4o-mini", "o3", ""])
WAYS = (
    "os.environ[{name!r}] = {value!r}",
    "os.environ.setdefault({name!r}, {value!r})",
    "os.environ.update({{{name!r}: {value!r}}})",
    "os.environ.update({name}={value!r})",
    "if {value!r}:\n    os.environ[{name!r}] = {value!r}",
    "pick = os.environ.get({name!r}, {value!r})",
)
STEPS = st.tuples(st.sampled_from(WAYS), NAMES, VALUES)
SCRIPT = """
import os

from crewai import Agent, Crew, Task

{steps}
a = Agent(role="R", goal="G", backstory="B")
b = Agent(role="R", goal="G", backstory="B", llm="gpt-4.1")
crew = Crew(agents=[a, b], tasks=[Task(description="D", expected_output="E", agent=one) for one in (a, b)])
"""


@settings(max_examples=25, deadline=None)
@given(st.lists(STEPS, max_size=4), st.dictionaries(NAMES, VALUES, max_size=1))
def test_agents_get_the_model_crewai_gives_them(
    steps: list[tuple[str, str, str]], environment: dict[str, str]
) -> None:
    go_offline()
    written = [way.format(name=name, value=value) for way, name, value in steps]
    # What is set beforehand hides defaults: crewprof takes the default, and says so.
    is_hidden = any("setdefault" in way and name in environment for way, name, _ in steps)
    text = SCRIPT.format(steps="\n".join(written))
    kept = {key: value for key, value in os.environ.items() if key not in (*MODEL_VARIABLES, "OTHER")}
    names: dict[str, object] = {}
    with patch.dict(os.environ, {**kept, **environment}, clear=True):
        exec(compile(text, "crew.py", "exec"), names)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "crew.py"
        path.write_text(text, encoding="utf-8")
        (crew,) = load_all(path).crews
        made = analyse_crew(crew, options(environment=environment)).crew
    real = [one.llm.model for one in names["crew"].agents]  # type: ignore[attr-defined]
    ours = [one.llm.id if one.llm is not None else None for one in made.agents]
    assert ours == real or is_hidden, (written, environment)


@pytest.mark.parametrize(
    ("magic", "model"),
    [
        ("%env MODEL=gpt-4o", "gpt-4o"),
        ("%env OPENAI_MODEL_NAME gpt-4o", "gpt-4o"),
        ("%set_env MODEL_NAME = o3", "o3"),
        ("%env MODEL={picked}", None),
        ("%env OTHER=gpt-4o", "gpt-4.1-mini"),
        ("%env", "gpt-4.1-mini"),
    ],
)
def test_magics_of_notebooks_set_variables(magic: str, model: str | None, tmp_path: Path) -> None:
    sources = [magic, SCRIPT.format(steps="")]
    cells = [{"cell_type": "code", "source": one, "metadata": {}, "outputs": []} for one in sources]
    path = tmp_path / "n.ipynb"
    path.write_text(json.dumps({"cells": cells, "nbformat": 4, "nbformat_minor": 5, "metadata": {}}))
    (crew,) = load_all(path).crews
    made = analyse_crew(crew, options(environment={})).crew
    assert [one.llm.id for one in made.agents if one.llm is not None] == [model, "gpt-4.1"]


@pytest.mark.parametrize(
    ("call", "model"),
    [
        ('load_dotenv("dev.env")', "gpt-4o"),
        ('load_dotenv(dotenv_path="dev.env", override=True)', "gpt-4o"),
        ('load_dotenv(Path(__file__).parent / "dev.env")', "gpt-4o"),
        ('os.environ["MODEL"] = "o3"\nload_dotenv("dev.env")', "o3"),
        ('os.environ["MODEL"] = "o3"\nload_dotenv("dev.env", override=True)', "gpt-4o"),
        ('load_dotenv("absent.env")', "gpt-4.1-mini"),
        ('load_dotenv("../outside.env")', "gpt-4.1-mini"),
    ],
)
def test_a_file_of_variables_that_code_loads_names_models(tmp_path: Path, call: str, model: str) -> None:
    (tmp_path / "outside.env").write_text("MODEL=o1\n", encoding="utf-8")
    root = tmp_path / "project"
    root.mkdir()
    (root / "pyproject.toml").touch()
    (root / "dev.env").write_text("OPENAI_API_KEY=secret\nMODEL='gpt-4o' # ours\nWRITER_LLM=o1\n", "utf-8")
    steps = f"from pathlib import Path\nfrom dotenv import load_dotenv\n{call}"
    text = SCRIPT.format(steps=steps).replace('"gpt-4.1"', 'os.getenv("WRITER_LLM", "gpt-4.1")')
    (root / "crew.py").write_text(text, encoding="utf-8")

    (crew,) = load_all(root / "crew.py").crews
    made = analyse_crew(crew, options(environment={})).crew

    kept = {key: value for key, value in os.environ.items() if key not in (*MODEL_VARIABLES, "WRITER_LLM")}
    names: dict[str, object] = {"__file__": str(root / "crew.py")}
    go_offline()
    if "outside" not in call:
        with patch.dict(os.environ, kept, clear=True), contextlib.chdir(root):
            exec(compile(text, "crew.py", "exec"), names)
        real = [one.llm.model for one in names["crew"].agents]  # type: ignore[attr-defined]
        assert [one.llm.id for one in made.agents if one.llm is not None] == real
    assert made.agents[0].llm is not None
    assert made.agents[0].llm.id == model
    assert "secret" not in repr(made)


@pytest.mark.parametrize(
    ("given", "value"),
    [
        ("os.getenv('TOPIC')", None),
        ("os.environ['TOPIC']", None),
        ("[os.environ.get('TOPIC')]", None),
        ("os.getenv('TOPIC', 'tea')", "tea"),
        ("os.getenv('TOPIC') or 'tea'", "tea"),
    ],
)
def test_an_input_from_a_variable_without_a_default_is_not_known(
    given: str, value: str | None, tmp_path: Path
) -> None:
    text = SCRIPT.format(steps="") + f"crew.kickoff(inputs={{'topic': {given}}})\n"
    (tmp_path / "crew.py").write_text(text, encoding="utf-8")
    (crew,) = load_all(tmp_path).crews
    found = crew.inputs["topic"]
    assert isinstance(found, Unknown) if value is None else found == value
