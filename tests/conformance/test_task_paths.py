"""Input files: paths that CrewAI refuses are refused here."""

from __future__ import annotations

from pathlib import Path

import pytest
from crewai.project.json_loader import _input_files_definition_errors
from hypothesis import example, given
from hypothesis import strategies as st

from crewprof.semantics.refusals.task_paths import is_inside
from tests.conformance.profile import conformance

ROOT = Path("/somewhere/project")
SCHEMES = [
    "",
    "http:",
    "https://",
    "file:",
    "file://",
    "file:///",
    "file://localhost",
    "FILE:",
    "C:",
    "a:",
    "s3://",
]
PATHS = [
    *("", "a.txt", "../a.txt", "b/../a.txt", "/somewhere/project/a.txt", "/etc/a.txt", "\\a.txt"),
    *("C:\\a.txt", "C:a.txt", "/C:/a.txt", "//host/share/a.txt", "[x", "a%2Fb", "%2e%2e/a.txt", "~", "a\0b"),
]


@conformance
@given(st.sampled_from(SCHEMES), st.sampled_from(PATHS) | st.text(alphabet="ab:/\\.%2e[]~C", max_size=8))
@example("", "C:a.txt")
@example("http://", "[x")
def test_input_files_are_refused_as_crewai_refuses_them(scheme: str, path: str) -> None:
    value = f"{scheme}{path}"
    try:
        refused = bool(_input_files_definition_errors({"one": value}, "input_files", ROOT))
    except ValueError:
        refused = True
    assert is_inside(value, ROOT) is not refused


@pytest.mark.parametrize("value", ["C:a.txt", "file://host/somewhere/project/a.txt", "http://[x", "a\0b"])
def test_what_is_no_path_inside_is_refused(value: str) -> None:
    assert not is_inside(value, ROOT)
