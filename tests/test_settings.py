"""The configuration file: what it may say, and how it says what is wrong."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from crewprof.errors import SettingsError
from crewprof.settings.configuration_file import find_config, load_settings
from crewprof.settings.settings import Settings, merged

if TYPE_CHECKING:
    from pathlib import Path


def write(folder: Path, text: str, name: str = "crewprof.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_every_key_is_read(tmp_path: Path) -> None:
    settings = load_settings(
        write(
            tmp_path,
            """
            select = ["CP2"]
            ignore = ["CP301"]
            max-cost = 0.10
            max-ceiling = "2"
            max-seconds = 90
            runs-per-month = 300
            model = "openai/gpt-4o-mini"
            crewai-version = "1.15.30"
            unsafe-fixes = true
            fail-on = "warning"
            [per-file-ignores]
            "legacy/**" = ["CP1", "CP5"]
            [inputs]
            topic = "AI"
            year = 2026
            [tiers]
            light = "openai/gpt-4.1-nano"
            [models."acme/large"]
            input-price = 1.5
            output-price = 6
            context-window = 32000
            tokens-per-second = 40
            [mcp-definition-tokens]
            "https://mcp.example.com" = 3200
            [tool-result-tokens]
            SerperDevTool = 900
            [assumptions]
            """,
        )
    )
    assert settings.select == ("CP2",)
    assert settings.max_cost == Decimal("0.1")
    assert settings.max_ceiling == Decimal(2)
    assert settings.per_file_ignores == {"legacy/**": ("CP1", "CP5")}
    assert settings.inputs == {"topic": "AI", "year": "2026"}
    assert settings.tiers == {"light": "openai/gpt-4.1-nano"}
    assert settings.models["acme/large"].input == Decimal("1.5")
    assert settings.models["acme/large"].context_window == 32000
    assert settings.tool_result_tokens == {"SerperDevTool": 900}
    assert settings.mcp_definition_tokens == {"https://mcp.example.com": 3200}
    assert settings.root == tmp_path


def test_an_unknown_key_is_an_error_with_its_place_and_a_suggestion(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings(write(tmp_path, 'model = "gpt-4o"\nmax_cost = 1\n'))
    assert (caught.value.line, caught.value.column) == (2, 1)
    assert "max_cost" in caught.value.message
    assert "max-cost" in (caught.value.hint or "")


@pytest.mark.parametrize(
    "text",
    [
        "max-cost = -1",
        'max-cost = "cheap"',
        "max-cost = true",
        "max-cost = nan",
        "runs-per-month = 0",
        "runs-per-month = 1.5",
        'select = "CP1"',
        "select = [1]",
        'fail-on = "sometimes"',
        "unsafe-fixes = 1",
        "inputs = []",
        "model = 4",
        '[tiers]\nhuge = "gpt-4o"',
        "[models.x]\nspeed = 3",
        "[tool-result-tokens]\nx = 0",
        "[models.x]\ntokens-per-second = 0",
        'select = ["CP999"]',
        'ignore = [""]',
        '[per-file-ignores]\n"a.yaml" = ["E501"]',
    ],
)
def test_a_value_that_does_not_fit_is_an_error(tmp_path: Path, text: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings(write(tmp_path, text))
    assert caught.value.line is not None
    assert caught.value.hint


def test_codes_are_prefixes_in_any_case_and_all_is_every_code(tmp_path: Path) -> None:
    settings = load_settings(write(tmp_path, 'select = ["all"]\nignore = ["cp301", " CP5"]\n'))
    assert settings.select == ("CP",)
    assert settings.ignore == ("CP301", "CP5")


@pytest.mark.parametrize("text", ["tool = 3\n", '[tool]\nname = "tool.crewprof"\n'])
def test_a_table_of_other_tools_is_none_of_ours(tmp_path: Path, text: str) -> None:
    assert find_config(write(tmp_path, text, "pyproject.toml")) is None


@pytest.mark.parametrize(
    ("text", "line"), [('model = "a"\nselect = [\n', 3), ('model = "a"\nselect = =\n', 2)]
)
def test_broken_toml_names_its_line(tmp_path: Path, text: str, line: int) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings(write(tmp_path, text))
    assert caught.value.line == line
    assert "--isolated" in (caught.value.hint or "")


def test_the_nearest_configuration_is_found_upward(tmp_path: Path) -> None:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    (inner / "crew.yaml").write_text("", encoding="utf-8")
    write(tmp_path, '[tool.crewprof]\nmodel = "x"\n', "pyproject.toml")
    write(tmp_path / "a", "[project]\n", "pyproject.toml")
    assert find_config(inner / "crew.yaml") == tmp_path / "pyproject.toml"
    nearer = write(tmp_path / "a", "", "crewprof.toml")
    assert find_config(inner) == nearer


def test_flags_win_and_inputs_are_joined() -> None:
    settings = Settings(model="a", inputs={"topic": "AI", "tone": "dry"})
    changed = merged(settings, {"model": None, "fail_on": "never", "inputs": {"topic": "tea"}})
    assert changed.model == "a"
    assert changed.fail_on == "never"
    assert changed.inputs == {"topic": "tea", "tone": "dry"}
