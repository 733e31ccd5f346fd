"""What the documents say and show is what the program says and does."""

from __future__ import annotations

import importlib.util
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import typer

from crewprof.cli.app import app
from crewprof.report.addresses import HOME, rule_address
from crewprof.rules.registry import every_rule

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parent.parent


def script(name: str) -> Any:
    """A script of the project as a module."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


write_readme_outputs = script("write_readme_outputs")
write_readme_picture = script("write_readme_picture")
write_rule_docs = script("write_rule_docs")
write_site = script("write_site")
DOCUMENTS = (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = list(write_readme_outputs.BLOCK.finditer(README))
COMMANDS: dict[str, Any] = typer.main.get_command(app).commands  # type: ignore[attr-defined]
MEASURED = re.compile(r"\d+\.\d+ s|\d+\.\d+x")
"""What a real run shows anew each time."""
FOUND_WHERE = re.compile(r"\s*(?:· )?CrewAI [\d.]+: [^\n]*")
"""Where the version of CrewAI was found: beside the project or beside crewprof, wherever that is set up."""


@pytest.mark.parametrize("block", BLOCKS, ids=[one["command"] for one in BLOCKS])
def test_the_readme_shows_todays_output(block: re.Match[str]) -> None:
    pytest.importorskip("crewai")  # it is named in the reports
    shown = block[0].removeprefix(block[1]).removesuffix(block[3])
    now = write_readme_outputs.output_of(block["command"])
    now, shown = (FOUND_WHERE.sub("", text) for text in (now, shown))
    is_a_run = block["command"].startswith("crewprof verify")
    assert now == shown or (is_a_run and MEASURED.sub("", now) == MEASURED.sub("", shown))


def test_the_picture_shows_todays_output() -> None:
    pytest.importorskip("crewai")  # it is named in the picture
    assert write_readme_picture.PICTURE.read_text(encoding="utf-8") == write_readme_picture.picture()


def test_the_crew_to_start_from_is_profiled_and_made_cheaper(tmp_path: Path) -> None:
    crew = README.partition("Save this as `crew.yaml`")[2].split("```")[1].removeprefix("yaml\n")
    (tmp_path / "crew.yaml").write_text(crew, encoding="utf-8")
    words = [sys.executable, "-m", "crewprof", "optimize", "--unsafe-fixes", "--write"]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "async_execution: true" in (tmp_path / "crew.yaml").read_text(encoding="utf-8")


def test_the_pages_of_rules_are_those_of_the_code() -> None:
    assert write_rule_docs.TARGET.read_text(encoding="utf-8") == write_rule_docs.document()


def test_every_rules_address_is_a_heading_of_the_pages() -> None:
    headings = re.findall(r"^## (\S+)$", write_rule_docs.document(), re.MULTILINE)
    for rule in every_rule():
        address, _, anchor = rule_address(rule.code).partition("#")
        assert (ROOT / address.removeprefix(f"{HOME}/blob/main/")) == write_rule_docs.TARGET
        assert anchor in {heading.lower() for heading in headings}


def uses(text: str) -> Iterator[tuple[str, list[str]]]:
    """Every use of a command in a document, with the options that follow it."""
    blocks = re.findall(r"^```(\w*)\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    fences = "".join(inner for kind, inner in blocks if kind not in ("text", "diff"))
    in_fences = re.finditer(r"(?:\$ |^ *|&& )crewprof ([a-z]+)((?: [^`\n|;&#]*)?)", fences, re.MULTILINE)
    for found in (*in_fences, *re.finditer(r"`crewprof ([a-z]+)((?: [^`\n]*)?)`", text)):
        rest = found[2].partition(" -- ")[0]
        try:
            words = shlex.split(rest)
        except ValueError:
            words = rest.split()
        yield found[1], [word.partition("=")[0] for word in words if word.startswith("-") and word != "-"]


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_documents_name_commands_and_options_that_exist(path: Path) -> None:
    for command, given in uses(path.read_text(encoding="utf-8")):
        assert command in COMMANDS, command
        known = {one for each in COMMANDS[command].params for one in (*each.opts, *each.secondary_opts)}
        assert set(given) <= {*known, "--help", "--"}, command


def test_the_readme_names_every_command() -> None:
    named = {command for command, _ in uses(README)}
    assert named >= {name for name, one in COMMANDS.items() if not one.hidden}


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_documents_link_to_files_that_exist(path: Path) -> None:
    written = write_site.pages()
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", path.read_text(encoding="utf-8")):
        found = (path.parent / target).resolve()
        on_site = found.relative_to(ROOT / "docs").as_posix() if found.is_relative_to(ROOT / "docs") else ""
        assert found.is_file() or on_site in written, target


def test_the_site_is_built_strictly(tmp_path: Path) -> None:
    pytest.importorskip("mkdocs")
    pytest.importorskip("material")
    settings = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    (tmp_path / "mkdocs.yml").write_text(settings, encoding="utf-8")
    for command in (
        [sys.executable, str(ROOT / "scripts" / "write_site.py"), str(tmp_path / "build" / "docs")],
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet"],
    ):
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    for rule in every_rule():
        assert (tmp_path / "build" / "site" / "rules" / rule.code.lower() / "index.html").is_file()


def test_the_workflows_are_valid() -> None:
    pytest.importorskip("check_jsonschema")
    files = [str(path) for path in sorted((ROOT / ".github" / "workflows").glob("*.yml"))]
    schema = ("--builtin-schema", "vendor.github-workflows")
    done = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", *schema, *files],
        capture_output=True,
        text=True,
        check=False,
    )
    assert files
    assert done.returncode == 0, done.stdout
