"""Messages of an editor to the language server, in any order and with anything in them."""

from __future__ import annotations

import io
import json
import logging
import time
from typing import TYPE_CHECKING, Any, Final

from crewprof.cli.flags import Flags
from crewprof.cli.session import Session
from tests.fuzz.attempts import Case, Outcome, folder_of, limited, surroundings
from tests.fuzz.hostile import as_json_text
from tests.fuzz.kinds.crew_files import projects
from tests.fuzz.kinds.settings_files import GOOD
from tests.fuzz.mutations import chances, mutated, twisted
from tests.fuzz.tokens import JSON_TOKENS, YAML_TOKENS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from random import Random

    from hypothesis import strategies as st

    from crewprof.analysis.options import AnalysisOptions
    from crewprof.crew.definition import Crew

logging.getLogger("pygls").setLevel(logging.CRITICAL + 1)  # it logs what a client gets wrong
INTERNAL_ERROR: Final = -32603
"""JSON-RPC's code for a server that failed."""
OURS: Final = "/crewprof/"
"""In the names of our files, as a traceback has them."""
FOLDER: Final = "FOLDER"
"""Stands in messages for the folder of the session."""


def editor_sessions() -> st.SearchStrategy[Case]:
    """A handful of messages, right in most of their parts, framed as standard input."""
    return chances.map(_session)


def _session(chance: Random) -> Case:
    name, text = _document(chance)
    uri = chance.choice(
        (f"file://{FOLDER}/{name}",) * 6 + ("untitled:x", "file:///nowhere/x.yaml", "", "x", "git:/a")
    )
    begun: list[Any] = [
        _request(0, "initialize", {"processId": None, "rootUri": f"file://{FOLDER}", "capabilities": {}}),
        {"jsonrpc": "2.0", "method": "initialized", "params": {}},
        _told(
            "textDocument/didOpen",
            textDocument={"uri": uri, "languageId": "yaml", "version": 1, "text": text},
        ),
    ]
    asked = [chance.choice(_ASKED)(chance, number, uri, text) for number in range(1, chance.randint(2, 6))]
    if chance.randrange(3) == 0:
        at = chance.randrange(len(asked))
        asked[at] = twisted(asked[at], chance)
    if chance.randrange(8) == 0:
        begun[2] = twisted(begun[2], chance)
    framed = [_framed(one) for one in (*begun, *asked)]
    if chance.randrange(10) == 0:
        at = chance.randrange(3, len(framed))
        framed[at] = mutated(framed[at], chance, (*JSON_TOKENS, b"Content-Length: 9\r\n\r\n", b"\r\n\r\n"))
    # An editor ends a session; closing the stream alone is tested on its own.
    framed += [_framed(_request(99, "shutdown", None)), _framed({"jsonrpc": "2.0", "method": "exit"})]
    return Case(("lsp",), {name: text.encode("utf-8", "surrogatepass")}, stdin=b"".join(framed))


def _document(chance: Random) -> tuple[str, str]:
    files = chance.choice(projects()) if chance.randrange(2) else {"crew.yaml": GOOD}
    name = chance.choice(sorted(files))
    return name, mutated(files[name], chance, YAML_TOKENS).decode("utf-8", "replace")


def _request(number: int, method: str, params: Any) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": number, "method": method, "params": params}


def _told(method: str, **params: Any) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "method": method, "params": params}


def _position(chance: Random, text: str) -> dict[str, int]:
    lines = text.count("\n") + 1
    odd = (0, 1, lines, lines + 1, 2**31 - 1)
    line = chance.choice((chance.randrange(lines), chance.choice(odd)))
    return {"line": line, "character": chance.choice((0, 1, 5, 40, 2**31 - 1))}


def _range(chance: Random, text: str) -> dict[str, Any]:
    return {"start": _position(chance, text), "end": _position(chance, text)}


def _hover(chance: Random, number: int, uri: str, text: str) -> Any:
    position = _position(chance, text)
    return _request(number, "textDocument/hover", {"textDocument": {"uri": uri}, "position": position})


def _lens(chance: Random, number: int, uri: str, text: str) -> Any:
    return _request(number, "textDocument/codeLens", {"textDocument": {"uri": uri}})


def _actions(chance: Random, number: int, uri: str, text: str) -> Any:
    context: dict[str, Any] = {"diagnostics": []}
    if chance.randrange(2):
        context["only"] = chance.choice(
            (["quickfix"], ["source.fixAll"], ["source.fixAll.crewprof"], ["x"], [])
        )
    params = {"textDocument": {"uri": uri}, "range": _range(chance, text), "context": context}
    return _request(number, "textDocument/codeAction", params)


def _change(chance: Random, number: int, uri: str, text: str) -> Any:
    put = mutated(
        chance.choice((b"", b"x", b"\n", GOOD, text.encode("utf-8", "replace"))), chance, YAML_TOKENS
    )
    change: dict[str, Any] = {"text": put.decode("utf-8", "replace")}
    if chance.randrange(2):
        change["range"] = _range(chance, text)
    document = {"uri": uri, "version": chance.choice((number, 0, -1, 2**31 - 1))}
    return _told("textDocument/didChange", textDocument=document, contentChanges=[change])


def _saved(chance: Random, number: int, uri: str, text: str) -> Any:
    return _told(f"textDocument/did{chance.choice(('Save', 'Close', 'Save'))}", textDocument={"uri": uri})


def _other(chance: Random, number: int, uri: str, text: str) -> Any:
    method = chance.choice(
        ("workspace/didChangeConfiguration", "$/cancelRequest", "no/such", "workspace/executeCommand")
    )
    return _request(number, method, chance.choice((None, {}, {"id": 1}, {"settings": None}, [], "x")))


_ASKED: Final = (_hover, _hover, _lens, _actions, _actions, _change, _change, _saved, _other)


def _framed(message: Any) -> bytes:
    body = as_json_text(message).encode("utf-8", "surrogatepass")
    return b"Content-Length: %d\r\n\r\n" % len(body) + body


def attempt_session(case: Case) -> Outcome:
    """Hold the session of ``case`` with a server in this process."""
    from crewprof.editor.server import server_for

    def options_for(crew: Crew) -> AnalysisOptions:
        return Session([crew.path], Flags()).options_for(crew)

    failures: list[str] = []
    out = io.BytesIO()
    with folder_of(case) as folder, surroundings(case, folder):
        server = server_for(options_for)
        vars(server)["report_server_error"] = lambda error, _source: failures.append(
            f"{type(error).__name__}: {error}"
        )
        out.close = lambda: None  # type: ignore[method-assign]
        used = time.process_time()
        faults: list[str] = []
        with limited(case.size, faults):
            server.start_io(io.BytesIO(_placed(case.stdin, folder)), out)
        used = time.process_time() - used
    answers = list(_answers(out.getvalue()))
    for answer in answers:
        error = answer.get("error") or {}
        # The library fails by itself on some messages that no client sends.
        if error.get("code") == INTERNAL_ERROR and OURS in str(error.get("data")):
            faults.append(f"traceback: {error.get('message')}: {str(error.get('data'))[-300:]}")
    return Outcome(None, out.getvalue().decode("utf-8", "replace"), "\n".join(failures), used, tuple(faults))


def _placed(data: bytes, folder: Path) -> bytes:
    """``data`` with the folder's name in it, which makes it longer: in messages as in their heads."""
    parts = []
    for one in data.split(b"Content-Length: "):
        head, gap, body = one.partition(b"\r\n\r\n")
        named = body.replace(FOLDER.encode(), str(folder).encode())
        if head.isdigit():
            head = b"%d" % (int(head) + len(named) - len(body))
        parts.append(head + gap + named)
    return b"Content-Length: ".join(parts)


def _answers(data: bytes) -> Iterator[dict[str, Any]]:
    while data:
        head, _, data = data.partition(b"\r\n\r\n")
        size = int(head.split(b"Content-Length: ")[1].split(b"\r\n")[0])
        found = json.loads(data[:size])
        data = data[size:]
        if isinstance(found, dict):
            yield found
