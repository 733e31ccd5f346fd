"""``crewprof schema``: every schema is one, and fits the files it is for."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from crewprof.cli.app import app
from crewprof.cli.schema import NAMES
from crewprof.cli.settings_schema import settings_schema
from crewprof.errors import SettingsError
from crewprof.settings.configuration_file import load_settings
from crewprof.settings.keys import READERS

SAMPLES = Path(__file__).resolve().parents[2] / "sample_crews"


def schema(name: str, *options: str) -> dict[str, Any]:
    done = CliRunner().invoke(app, ["schema", name, *options])
    assert done.exit_code == 0, done.output
    made: dict[str, Any] = json.loads(done.stdout)
    return made


@pytest.mark.parametrize("name", NAMES)
def test_it_is_a_schema_of_draft_2020_12_with_descriptions(name: str) -> None:
    made = schema(name)
    assert made["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema.Draft202012Validator.check_schema(made)
    assert made["title"]
    assert made["description"]


@pytest.mark.parametrize("version", ["0.130.0", "1.0.0", "1.14.5", "1.15.30", "9.9"])
def test_every_version_has_one(version: str) -> None:
    for name in ("crew", "crew-json", "agent", "agents", "tasks"):
        jsonschema.Draft202012Validator.check_schema(schema(name, "--crewai-version", version))


def test_the_sample_crews_fit() -> None:
    tried = 0
    for name, pattern in (("crew", "*/crew.yaml"), ("agents", "**/agents.yaml"), ("tasks", "**/tasks.yaml")):
        validator = jsonschema.Draft202012Validator(schema(name))
        for path in SAMPLES.glob(pattern):
            if path.parent.name == "every_mistake":
                continue
            found = [one.message for one in validator.iter_errors(yaml.safe_load(path.read_text("utf-8")))]
            assert found == [], path
            tried += 1
    assert tried > 8


def test_a_mistake_is_named_by_its_key() -> None:
    crew = {
        "agents": {"a": {"role": "R", "goal": "G", "backstory": "B", "temperatur": 1}},
        "tasks": [{"description": "D", "expected_output": "E", "agent": "a"}],
    }
    (error,) = jsonschema.Draft202012Validator(schema("crew")).iter_errors(crew)
    leaf = jsonschema.exceptions.best_match([error])
    assert leaf.json_path.endswith("temperatur")


def test_an_unknown_name_and_version_are_said() -> None:
    assert CliRunner().invoke(app, ["schema", "nothing"]).exit_code == 2
    assert CliRunner().invoke(app, ["schema", "crew", "--crewai-version", "new"]).exit_code == 2


def test_the_settings_have_every_key() -> None:
    made = settings_schema()
    assert set(made["properties"]) == set(READERS), "say in cli/settings_schema.py what the new key takes"
    assert all(one["description"] for one in made["properties"].values())


VALUES = st.sampled_from(
    [
        *("true", "false", "0", "1", "-1", "1.5", '"0.05"', '"x"', '""', '"CP201"', '" cp3 "', '"CP9"'),
        *("[]", '["CP2", "all"]', '["CP999"]', "[1]", "{}", '{a = "CP1"}', '{"*.yaml" = ["CP1"]}'),
        *('{light = "gpt-4o"}', '{heavy = "x"}', '{light = ""}', "{a = 5}", "{a = 0}", "{a = 1.5}"),
        *('"error"', '"never"', '"sometimes"', '{"gpt-4o" = {input-price = 1}}'),
        *("{m = {tokens-per-second = 0}}", "{m = {context-window = 0}}", "{m = {price = 1}}"),
        *('{m = {output-price = "2.5"}}', "10000000000000", "{list_item_tokens = 3}"),
        *('{list-item-tokens = "3"}', "{list_item_token = 3}", "{limit-share = -1}"),
    ]
)


@settings(max_examples=150)
@given(key=st.sampled_from([*sorted(READERS), "colour"]), value=VALUES)
def test_settings_fit_where_crewprof_takes_them(
    key: str, value: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    text = f"{key} = {value}\n"
    path = tmp_path_factory.getbasetemp() / "settings-schema" / "crewprof.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    try:
        taken = load_settings(path)
        if key == "assumptions":
            from crewprof.estimate.assumptions import Assumptions

            Assumptions().with_overrides(taken.assumptions)
        is_taken = True
    except SettingsError:
        is_taken = False
    validator = jsonschema.Draft202012Validator(settings_schema())
    objections = [error.message for error in validator.iter_errors(tomllib.loads(text))]
    assert is_taken is not bool(objections), (text, objections)
