"""A client as an editor has one: it starts ``crewprof lsp`` and speaks the protocol with it."""

from __future__ import annotations

import asyncio
import os
import sys
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types as lsp
from pygls.lsp.client import LanguageClient
from pygls.workspace import TextDocument

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60.0
"""Seconds after which a missing answer is a failure; on an idle machine it takes a fraction of one."""


class Editor(LanguageClient):
    """Keeps the diagnostics of each file as they come."""

    def __init__(self) -> None:
        super().__init__("test editor", "1")
        self.diagnostics: dict[str, list[lsp.Diagnostic]] = {}
        self.news = asyncio.Event()
        self.versions: dict[str, int] = {}

        @self.feature(lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        def told(params: lsp.PublishDiagnosticsParams) -> None:
            self.diagnostics[params.uri] = list(params.diagnostics)
            self.news.set()

    def show(self, path: Path) -> str:
        """Open a file; its URI."""
        uri = path.as_uri()
        item = lsp.TextDocumentItem(uri, "yaml", 1, path.read_text(encoding="utf-8"))
        self.versions[uri] = 1
        self.news.clear()
        self.text_document_did_open(lsp.DidOpenTextDocumentParams(item))
        return uri

    def type_over(self, uri: str, where: lsp.Range, text: str) -> None:
        """Replace what stands in a range, as typing does."""
        self.versions[uri] += 1
        identity = lsp.VersionedTextDocumentIdentifier(self.versions[uri], uri)
        change = lsp.TextDocumentContentChangePartial(range=where, text=text)
        self.news.clear()
        self.text_document_did_change(lsp.DidChangeTextDocumentParams(identity, [change]))

    async def wait(self) -> None:
        """Until diagnostics come."""
        await asyncio.wait_for(self.news.wait(), PATIENCE)


@asynccontextmanager
async def editor(folder: Path) -> AsyncIterator[Editor]:
    """A client that has shaken hands with a server in ``folder``."""
    client = Editor()
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "CREWPROF_CACHE_DIR": str(folder / ".cache")}
    await client.start_io(sys.executable, "-m", "crewprof", "lsp", cwd=folder, env=environment)
    try:
        capabilities = lsp.ClientCapabilities()
        parameters = lsp.InitializeParams(capabilities=capabilities, root_uri=folder.as_uri())
        await asyncio.wait_for(client.initialize_async(parameters), PATIENCE)
        client.initialized(lsp.InitializedParams())
        yield client
    finally:
        await asyncio.wait_for(client.shutdown_async(None), PATIENCE)
        client.exit(None)
        await asyncio.wait_for(client.stop(), PATIENCE)  # type: ignore[no-untyped-call]


def applied(text: str, edits: list[lsp.TextEdit]) -> str:
    """``text`` with the edits, all of which speak of it as it was."""
    document = TextDocument("file:///crew.yaml", text)
    for one in sorted(edits, key=lambda edit: (-edit.range.start.line, -edit.range.start.character)):
        document.apply_change(lsp.TextDocumentContentChangePartial(range=one.range, text=one.new_text))
    return document.source
