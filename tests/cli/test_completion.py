"""What a shell offers: asked as shells ask, by Typer's variables."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from crewprof.rules.registry import every_rule


def offered(*words: str) -> list[str]:
    line = " ".join(["crewprof", *words])
    asking = {"_CREWPROF_COMPLETE": "complete_fish", "_TYPER_COMPLETE_FISH_ACTION": "get-args"}
    environment = {**os.environ, **asking, "_TYPER_COMPLETE_ARGS": line}
    code = "import sys; sys.argv[0] = 'crewprof'; from crewprof.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False
    )
    return [row.split("\t")[0] for row in done.stdout.splitlines()]


def test_codes_of_rules_one_after_another() -> None:
    assert offered("check", "--select", "CP30") == [
        rule.code for rule in every_rule() if rule.code.startswith("CP30")
    ]
    assert offered("check", "--ignore", "CP101,CP20") == [
        f"CP101,{rule.code}" for rule in every_rule() if rule.code.startswith("CP20")
    ]
    assert "CP501" in offered("rule", "CP5")


def test_models_of_the_catalogue() -> None:
    assert "openai/gpt-4o-mini" in offered("analyze", "--model", "openai/gpt-4o")
    assert "writer=openai/gpt-4o-mini" in offered("compare", "--agent", "writer=openai/gpt-4o")


@pytest.mark.parametrize(
    ("words", "one"),
    [
        (("analyze", "--format", "s"), "sarif"),
        (("check", "--fail-on", "w"), "warning"),
        (("analyze", "--sort", "t"), "tokens"),
        (("schema", "age"), "agents"),
    ],
)
def test_words_an_option_takes(words: tuple[str, ...], one: str) -> None:
    assert one in offered(*words)
