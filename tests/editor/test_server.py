"""A real session of a client with ``crewprof lsp``: open, edit, diagnostics, fixes, lenses, hover."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("pygls")

from lsprotocol import types as lsp

from tests.cli.test_commands import SAMPLES, crewprof
from tests.editor.session import applied, editor

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow

CREW = """\
name: tea
agents:
  writer: {role: Wr🙂ter, goal: Write, backstory: You write., llm: openai/gpt-4o, allow_delegation: true}
  helper: {role: Helper, goal: Help, backstory: You help., llm: openai/gpt-4o}
tasks:
  - name: draft
    description: Write about tea.
    expected_output: Two paragraphs.
    agent: writer
  - name: check
    description: List the mistakes of the draft.
    expected_output: Five bullet points.
    agent: helper
"""


def at(line: int, start: int, end: int) -> lsp.Range:
    return lsp.Range(lsp.Position(line, start), lsp.Position(line, end))


def test_a_session(tmp_path: Path) -> None:
    path = tmp_path / "crew.yaml"
    path.write_text(CREW, encoding="utf-8")
    asyncio.run(_session(path))


async def _session(path: Path) -> None:
    async with editor(path.parent) as client:
        uri = client.show(path)
        await client.wait()
        found = {one.code: one for one in client.diagnostics[uri]}
        assert "CP105" in found
        line = CREW.splitlines()[2]
        start = len(line[: line.index("true")].encode("utf-16-le")) // 2
        assert found["CP105"].range == at(2, start, start + 4)

        lenses = await client.text_document_code_lens_async(
            lsp.CodeLensParams(lsp.TextDocumentIdentifier(uri))
        )
        assert lenses is not None
        titles = {one.range.start.line: one.command.title for one in lenses if one.command}
        assert "a run" in titles[0]
        assert {5, 9} <= set(titles)
        assert titles[9].startswith("$0.00")

        asked = lsp.CodeActionParams(
            lsp.TextDocumentIdentifier(uri),
            found["CP105"].range,
            lsp.CodeActionContext(diagnostics=[found["CP105"]]),
        )
        actions = await client.text_document_code_action_async(asked)
        assert actions
        fix = next(one for one in actions if "allow_delegation" in one.title)
        assert isinstance(fix, lsp.CodeAction)
        assert "unsafe" in fix.title
        assert fix.edit is not None
        assert fix.edit.changes is not None
        fixed = applied(CREW, list(fix.edit.changes[uri]))
        assert fixed == CREW.replace("allow_delegation: true", "allow_delegation: false")

        hover = await client.text_document_hover_async(
            lsp.HoverParams(lsp.TextDocumentIdentifier(uri), found["CP105"].range.start)
        )
        assert hover is not None
        assert isinstance(hover.contents, lsp.MarkupContent)
        assert "## Why" in hover.contents.value

        client.type_over(uri, at(2, start, start + 4), "false")
        await client.wait()
        assert "CP105" not in {one.code for one in client.diagnostics[uri]}
        assert path.read_text(encoding="utf-8") == CREW

        client.type_over(uri, at(1, 0, 7), "agents: [")
        await client.wait()
        (broken,) = client.diagnostics[uri]
        assert broken.severity is lsp.DiagnosticSeverity.Error
        client.type_over(uri, at(1, 0, 9), "agents:")
        await client.wait()
        assert client.diagnostics[uri]

        client.news.clear()
        client.text_document_did_close(lsp.DidCloseTextDocumentParams(lsp.TextDocumentIdentifier(uri)))
        await client.wait()
        assert client.diagnostics[uri] == []


def test_a_file_of_a_project_shows_what_concerns_it(tmp_path: Path) -> None:
    shutil.copytree(SAMPLES / "competitor_report", tmp_path / "project")
    asyncio.run(_project(tmp_path / "project" / "src" / "competitor_report" / "config" / "tasks.yaml"))


async def _project(path: Path) -> None:
    async with editor(path.parent) as client:
        uri = client.show(path)
        await client.wait()
        lenses = await client.text_document_code_lens_async(
            lsp.CodeLensParams(lsp.TextDocumentIdentifier(uri))
        )
        assert lenses is not None
        assert len(lenses) == 5
        lines = path.read_text(encoding="utf-8").splitlines()
        assert {lines[one.range.start.line] for one in lenses} >= {"watch_prices:", "write_summary:"}
        assert all(one.command is not None and one.command.title.startswith("$") for one in lenses)


def test_diagnostics_are_what_check_finds(tmp_path: Path) -> None:
    path = tmp_path / "crew.yaml"
    path.write_bytes((SAMPLES / "deep_research" / "crew.yaml").read_bytes())
    done = crewprof("check", "crew.yaml", "-f", "github", cwd=tmp_path)
    asyncio.run(_same(path, done.stdout.count("::warning") + done.stdout.count("::notice")))


async def _same(path: Path, findings: int) -> None:
    async with editor(path.parent) as client:
        uri = client.show(path)
        await client.wait()
        assert len(client.diagnostics[uri]) == findings > 0


def test_without_its_extra_the_command_says_what_to_install(tmp_path: Path) -> None:
    hidden = (
        "import importlib.util, sys; found = importlib.util.find_spec; "
        "importlib.util.find_spec = lambda name, *rest: None if name == 'pygls' else found(name, *rest); "
        "sys.argv = ['crewprof', 'lsp']; from crewprof.cli import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", hidden],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(SAMPLES.parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "pip install 'crewprof[lsp]'" in done.stderr
