"""The server: what a client says, and when it is answered."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from lsprotocol import types as lsp
from pygls.lsp.server import LanguageServer
from pygls.uris import from_fs_path, to_fs_path

from crewprof import __version__
from crewprof.editor.answers import FIX_ALL, Answers
from crewprof.editor.project import Looked, Project, absolute

if TYPE_CHECKING:
    from collections.abc import Callable

    from crewprof.analysis.options import AnalysisOptions
    from crewprof.crew.definition import Crew

PAUSE = 0.03
"""Seconds without a further edit after which a text is looked at."""


class CrewServer(LanguageServer):
    """One client, its open files, and what was last seen of each."""

    def __init__(self, options_for: Callable[[Crew], AnalysisOptions]) -> None:
        super().__init__("crewprof", __version__)
        self.project = Project(options_for)
        self.seen: dict[str, Looked] = {}
        self.told: dict[str, set[str]] = {}
        """By open file, the files it has diagnostics in."""
        self.edits: dict[str, int] = {}
        self.uris: dict[str, str] = {}

    def uri_of(self, path: str) -> str:
        """How the client names a file."""
        return self.uris.get(path) or from_fs_path(absolute(path)) or path

    def answers(self, path: str) -> Answers:
        """Answers about a file as it is now."""
        if path not in self.seen:
            self.seen[path] = self.project.look(path)
        return Answers(self.seen[path], self.workspace.position_codec, self.uri_of)

    def publish(self, path: str) -> None:
        """Look at a file and tell what was found, also in the files beside it."""
        # An edit may change what is said of every other file: those are looked at again when they are asked
        # about.
        self.seen = {path: self.project.look(path)}
        found = self.answers(path).diagnostics()
        found.setdefault(path, [])
        for gone in self.told.get(path, set()) - found.keys():
            found[gone] = []
        self.told[path] = {name for name, listed in found.items() if listed}
        for name, listed in found.items():
            params = lsp.PublishDiagnosticsParams(uri=self.uri_of(name), diagnostics=listed)
            self.text_document_publish_diagnostics(params)


def path_of(server: CrewServer, uri: str) -> str | None:
    """The file a client means; ``None`` for what is no file."""
    path = to_fs_path(uri)
    if path is None:
        return None
    server.uris[path] = uri
    return path


def server_for(options_for: Callable[[Crew], AnalysisOptions]) -> CrewServer:
    """A server that analyses each crew as ``options_for`` says."""
    server = CrewServer(options_for)
    _watch_texts(server)
    _answer_questions(server)
    return server


def _watch_texts(server: CrewServer) -> None:
    @server.feature(lsp.TEXT_DOCUMENT_DID_OPEN)
    def opened(params: lsp.DidOpenTextDocumentParams) -> None:
        path = path_of(server, params.text_document.uri)
        if path is not None:
            server.project.refresh()
            server.project.set_text(path, params.text_document.text)
            server.publish(path)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CHANGE)
    async def changed(params: lsp.DidChangeTextDocumentParams) -> None:
        path = path_of(server, params.text_document.uri)
        if path is None:
            return
        server.edits[path] = number = server.edits.get(path, 0) + 1
        text = server.workspace.get_text_document(params.text_document.uri).source
        server.project.set_text(path, text)
        server.seen.clear()
        try:
            await asyncio.sleep(PAUSE)
        except asyncio.CancelledError:
            return  # the session ends
        if server.edits[path] == number:
            server.publish(path)

    @server.feature(lsp.TEXT_DOCUMENT_DID_SAVE)
    def saved(params: lsp.DidSaveTextDocumentParams) -> None:
        path = path_of(server, params.text_document.uri)
        if path is not None:
            server.project.refresh()
            server.publish(path)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CLOSE)
    def closed(params: lsp.DidCloseTextDocumentParams) -> None:
        path = path_of(server, params.text_document.uri)
        if path is None:
            return
        server.project.close(path)
        server.seen.clear()
        for name in server.told.pop(path, set()) | {path}:
            nothing = lsp.PublishDiagnosticsParams(uri=server.uri_of(name), diagnostics=[])
            server.text_document_publish_diagnostics(nothing)


def _answer_questions(server: CrewServer) -> None:
    kinds = [lsp.CodeActionKind.QuickFix, FIX_ALL]

    @server.feature(lsp.TEXT_DOCUMENT_CODE_ACTION, lsp.CodeActionOptions(code_action_kinds=kinds))
    def actions(params: lsp.CodeActionParams) -> list[lsp.CodeAction]:
        path = path_of(server, params.text_document.uri)
        only = (
            None
            if params.context.only is None
            else [str(getattr(one, "value", one)) for one in params.context.only]
        )
        return [] if path is None else server.answers(path).actions(path, params.range, only)

    @server.feature(lsp.TEXT_DOCUMENT_CODE_LENS)
    def lenses(params: lsp.CodeLensParams) -> list[lsp.CodeLens]:
        path = path_of(server, params.text_document.uri)
        return [] if path is None else server.answers(path).lenses(path)

    @server.feature(lsp.TEXT_DOCUMENT_HOVER)
    def hover(params: lsp.HoverParams) -> lsp.Hover | None:
        path = path_of(server, params.text_document.uri)
        return None if path is None else server.answers(path).hover(path, params.position)
