"""Which CrewAI a project runs on."""

from __future__ import annotations

import importlib.metadata
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crewprof.semantics import version as module
from crewprof.semantics.behavior import KNOWN, NEWEST
from crewprof.semantics.version import detect_version

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """No crewai beside crewprof."""
    monkeypatch.setattr(module, "_own_environment", list)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder in a repository."""
    (tmp_path / ".git").mkdir()
    folder = tmp_path / "crews" / "one"
    folder.mkdir(parents=True)
    return folder


def install(folder: Path, version: str) -> None:
    """An environment in ``folder`` with crewai in it."""
    packages = folder / "lib" / "python3.12" / "site-packages"
    (packages / "crewai").mkdir(parents=True)
    (packages / "crewai" / "__init__.py").touch()
    (packages / f"crewai-{version}.dist-info").mkdir()
    (packages / "crewai_tools-9.9.9.dist-info").mkdir()


def test_the_environment_of_the_project_comes_first(project: Path) -> None:
    install(project.parent.parent / ".venv", "1.8.1")
    (project / "requirements.txt").write_text("crewai==1.2.1\n")
    found = detect_version(project)
    assert (found.version, found.source) == ("1.8.1", "installed")
    assert found.package_dir is not None
    assert found.package_dir.name == "crewai"


def test_the_environment_crewprof_is_in(project: Path) -> None:
    found = detect_version(project)
    assert (found.version, found.source) == (importlib.metadata.version("crewai"), "installed")
    assert found.package_dir is not None


def test_nothing_is_known(project: Path, alone: None) -> None:
    found = detect_version(project)
    assert (found.version, found.source, found.package_dir) == (NEWEST, "assumed", None)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("uv.lock", '[[package]]\nname = "crewai"\nversion = "1.4.1"\n'),
        ("poetry.lock", '[[package]]\nname = "crewai"\nversion = "1.4.1"\n'),
        ("requirements.txt", "requests\ncrewai[tools]==1.4.1  # pinned\n"),
        ("requirements-dev.txt", "crewai == 1.4.1 ; python_version > '3.9'\n"),
        ("environment.yml", "dependencies:\n  - pip:\n    - crewai[tools]==1.4.1\n"),
        ("environment.yaml", "dependencies:\n  - crewai=1.4.1\n"),
        ("Pipfile", '[packages]\ncrewai = "==1.4.1"\n'),
        ("setup.cfg", "[options]\ninstall_requires =\n    crewai==1.4.1\n"),
        ("setup.py", "setup(install_requires=['requests', 'crewai[tools]==1.4.1'])\n"),
        ("pyproject.toml", '[project]\ndependencies = ["crewai[tools]==1.4.1"]\n'),
        ("pyproject.toml", '[tool.poetry.dependencies]\ncrewai = "1.4.1"\n'),
        (
            "pyproject.toml",
            '[tool.poetry.dependencies]\ncrewai = { version = "1.4.1", optional = true }\n',
        ),
        ("pyproject.toml", '[dependency-groups]\nrun = ["crewai==1.4.1"]\n'),
    ],
)
def test_a_pinned_version_beats_the_environment_of_crewprof(project: Path, name: str, text: str) -> None:
    (project / name).write_text(text)
    found = detect_version(project)
    assert (found.version, found.source) == ("1.4.1", "declared")
    assert name in found.reason


@pytest.mark.parametrize(
    ("requirement", "version"),
    [
        ("crewai>=0.100,<1.0", "0.203.2"),
        ("crewai~=1.14.2", "1.14.7"),
        ("crewai>=1.9", NEWEST),
        ("crewai<=1.3.0", "1.3.0"),
        ("crewai>1.8,!=1.15.*", "1.14.7"),
        ("crewai==1.9.*", "1.9.3"),
        ("crewai[tools]>=0.121.1,<0.150", "0.141.0"),
    ],
)
def test_a_requirement_with_bounds_means_the_newest_it_allows(
    project: Path, alone: None, requirement: str, version: str
) -> None:
    (project / "requirements.txt").write_text(requirement)
    found = detect_version(project)
    assert (found.version, found.source) == (version, "declared")


VERSIONS = st.lists(st.integers(0, 3), min_size=1, max_size=3).map(lambda one: ".".join(map(str, one)))


@settings(max_examples=100, deadline=None)
@given(operator=st.sampled_from("^~"), lowest=VERSIONS, version=VERSIONS)
def test_bounds_of_poetry_are_what_its_documentation_says(operator: str, lowest: str, version: str) -> None:
    """``^``: the first number that is not 0 stays; ``~``: the second stays, if there is one."""
    low = [int(one) for one in lowest.split(".")]
    leading = next((place for place, number in enumerate(low) if number), len(low) - 1)
    stays = leading if operator == "^" else min(1, len(low) - 1)
    at = [int(one) for one in version.split(".")] + [0] * 3
    allowed = at[: stays + 1] == low[: stays + 1] and at[:3] >= low + [0] * (3 - len(low))
    declared = module._requirement(f"crewai{operator}{lowest}", "x")
    assert declared is not None
    assert declared.admits(version) == allowed


@pytest.mark.parametrize("requirement", ["crewai>=0.30.11,<0.31", "crewai~=0.51.0", "crewai==0.32.*"])
def test_what_is_older_than_all_known_is_judged_as_the_oldest(
    project: Path, alone: None, requirement: str
) -> None:
    (project / "requirements.txt").write_text(requirement)
    found = detect_version(project)
    assert (found.version, found.source) == (KNOWN[0], "assumed")


def test_poetry_bounds(project: Path, alone: None) -> None:
    (project / "pyproject.toml").write_text('[tool.poetry.dependencies]\ncrewai = "^0.86"\n')
    assert detect_version(project).version == "0.86.0"


def test_a_requirement_that_allows_what_is_installed_beside_crewprof(project: Path) -> None:
    (project / "requirements.txt").write_text("crewai>=1.0\n")
    found = detect_version(project)
    assert (found.version, found.source) == (importlib.metadata.version("crewai"), "installed")


def test_a_requirement_that_excludes_it(project: Path) -> None:
    (project / "requirements.txt").write_text("crewai<1.0\n")
    assert detect_version(project).source == "declared"


def test_the_user_decides(project: Path) -> None:
    install(project / ".venv", "1.8.1")
    found = detect_version(project, "1.3.0")
    assert (found.version, found.source, found.package_dir) == ("1.3.0", "declared", None)
    assert detect_version(project, "1.8.1").package_dir is not None


def test_files_above_the_repository_do_not_count(tmp_path: Path, alone: None) -> None:
    (tmp_path / "requirements.txt").write_text("crewai==1.0.0\n")
    (tmp_path / "repo" / ".git").mkdir(parents=True)
    assert detect_version(tmp_path / "repo").source == "assumed"


def test_broken_files_are_passed_over(project: Path, alone: None) -> None:
    (project / "pyproject.toml").write_text("[project\ncrewai")
    (project / "requirements.txt").write_bytes(b"\xff\xfe crewai==")
    assert detect_version(project).source == "assumed"
