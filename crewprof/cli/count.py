"""``crewprof count``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from crewprof.cli import options
from crewprof.cli.output import emit, refuse_overwriting
from crewprof.errors import InputError

FORMATS = ("text", "json")
LARGEST_FILE = 1_000_000_000
"""Bytes of a file of requests; recordings of long runs are megabytes."""


def count(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE", help="A request to a chat API, as JSON or JSON lines; - reads standard input."
        ),
    ],
    model: Annotated[
        str | None,
        typer.Option("--model", metavar="ID", help="Count for this model instead of the request's."),
    ] = None,
    report_format: Annotated[str, options.format_option(FORMATS)] = "text",
    output: options.Output = None,
) -> None:
    """Count the tokens of a request as its provider bills them.

    A request is the JSON sent to a chat API: `messages`, `tools`, `tool_choice`, `response_format`.
    A file of JSON lines gives one answer a line.
    """
    from crewprof.report.count_report import FORMATS as REPORTS
    from crewprof.tokens.request import count_request

    refuse_overwriting(output, [file])
    name, text = _read(file)
    counts = []
    for line, request in _requests(name, text):
        try:
            counts.append(count_request(request, model))
        except InputError as error:
            raise InputError(error.message, path=name, line=line, column=1, hint=error.hint) from error
    emit(REPORTS[report_format](tuple(counts)), output)


def _read(file: str) -> tuple[str, str]:
    from crewprof.cli.standard_input import STDIN, STDIN_NAME, standard_input
    from crewprof.source.text import SourceText

    if file == STDIN:
        return STDIN_NAME, SourceText.from_bytes(
            STDIN_NAME, standard_input(LARGEST_FILE), limit=LARGEST_FILE
        ).text
    return file, SourceText.read(Path(file), limit=LARGEST_FILE).text


def _requests(name: str, text: str) -> list[tuple[int, dict[str, Any]]]:
    if not text.strip():
        raise InputError("the file is empty", path=name, line=1, column=1, hint="give a request as JSON")
    try:
        return [(1, _mapping(name, 1, _parsed(name, 1, text)))]
    except json.JSONDecodeError as error:
        if error.msg != "Extra data":
            raise _not_json(name, error, 0) from error
    requests = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            requests.append((number, _mapping(name, number, _parsed(name, number, line))))
        except json.JSONDecodeError as error:
            raise _not_json(name, error, number - 1) from error
    return requests


def _parsed(name: str, line: int, text: str) -> object:
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        raise
    except (RecursionError, ValueError) as error:
        is_deep = isinstance(error, RecursionError)
        message = "the JSON is nested too deeply" if is_deep else "a number has thousands of digits"
        hint = "is this a request as sent to a chat API?"
        raise InputError(message, path=name, line=line, column=1, hint=hint) from error


def _mapping(name: str, line: int, data: object) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise InputError(
            "a request must be a JSON object",
            path=name,
            line=line,
            column=1,
            hint='such as {"messages": […]}',
        )
    return data


def _not_json(name: str, error: json.JSONDecodeError, lines_before: int) -> InputError:
    return InputError(
        f"not valid JSON: {error.msg}",
        path=name,
        line=error.lineno + lines_before,
        column=error.colno,
        hint="give one JSON object, or one a line",
    )
