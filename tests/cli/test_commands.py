"""The command line as a user meets it: exit codes, streams, errors with their place, files left alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import processes

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "sample_crews"

GOOD = """\
agents:
  writer:
    role: Writer
    goal: Write about {topic}
    backstory: You write.
    llm: openai/gpt-4o-mini
tasks:
  - name: draft
    description: Write about {topic}.
    expected_output: Two paragraphs.
    agent: writer
inputs:
  topic: tea
"""


def crewprof(
    *arguments: str, cwd: Path, stdin: str | bytes | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("MODEL", "OPENAI_"))}
    data = stdin.encode() if isinstance(stdin, str) else stdin or b""
    done = processes.crewprof(
        *arguments,
        cwd=cwd,
        stdin=data,
        environment={
            **clean,
            "COLUMNS": "100",
            "CREWPROF_CACHE_DIR": str(cwd / ".cache"),
            **environment,
        },
    )
    return subprocess.CompletedProcess(
        done.args, done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8")
    )


@pytest.fixture
def crew(tmp_path: Path) -> Path:
    path = tmp_path / "crew.yaml"
    path.write_text(GOOD, encoding="utf-8")
    return path


def test_version_and_help(tmp_path: Path) -> None:
    assert crewprof("--version", cwd=tmp_path).stdout.startswith("crewprof 0.")
    shown = crewprof("--help", cwd=tmp_path)
    assert shown.returncode == 0
    for command in ("analyze", "optimize", "check", "verify", "count", "rule", "models"):
        assert command in shown.stdout


def test_help_loads_neither_tokenizer_nor_prices_nor_rich_tables(tmp_path: Path) -> None:
    code = (
        "import sys; sys.argv = ['crewprof', 'analyze', '--help']\n"
        "from crewprof.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "heavy = {'tiktoken', 'genai_prices', 'yaml', 'crewai'}\n"
        "print(sorted(name for name in sys.modules if name.split('.')[0] in heavy))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_an_analysis_goes_to_standard_output_without_colour(crew: Path) -> None:
    done = crewprof("analyze", "crew.yaml", cwd=crew.parent)
    assert done.returncode == 0, done.stderr
    assert "draft" in done.stdout
    assert "\x1b[" not in done.stdout
    assert done.stderr == ""


def test_the_folder_is_the_default_and_standard_input_works(crew: Path) -> None:
    by_folder = crewprof("analyze", "--format", "json", cwd=crew.parent)
    by_stdin = crewprof("analyze", "-", "--format", "json", cwd=crew.parent, stdin=GOOD)
    folder, stdin = (json.loads(done.stdout)["crews"][0] for done in (by_folder, by_stdin))
    assert folder["tasks"] == stdin["tasks"]


def test_json_has_the_keys_of_the_contract(crew: Path) -> None:
    data = json.loads(crewprof("analyze", "crew.yaml", "--format", "json", cwd=crew.parent).stdout)
    assert data["version"] == 1
    assert data["errors"] == []
    one = data["crews"][0]
    assert {
        "name",
        "path",
        "kind",
        "process",
        "crewai",
        "agents",
        "tasks",
        "total",
        "schedule",
        "assumptions",
        "findings",
    } <= one.keys()
    first = one["tasks"][0]["first_call"]
    assert first["exact"] is True
    assert sum(first["parts"].values()) == first["input_tokens"]
    assert one["agents"][0]["model"] == {
        "id": "openai/gpt-4o-mini",
        "source": "declared",
        "tier": "light",
        "priced": True,
        "counting": "exact",
    }


def test_the_environment_names_the_model_of_agents_that_have_none(crew: Path) -> None:
    crew.write_text(GOOD.replace("    llm: openai/gpt-4o-mini\n", ""), encoding="utf-8")

    def model(*arguments: str, **environment: str) -> dict[str, object]:
        done = crewprof("analyze", "crew.yaml", "-f", "json", *arguments, cwd=crew.parent, **environment)
        found: dict[str, object] = json.loads(done.stdout)["crews"][0]["agents"][0]["model"]
        return found

    assert model()["source"] == "default"
    assert (model(OPENAI_MODEL_NAME="gpt-4o")["id"], model(MODEL="gpt-4.1")["source"]) == (
        "gpt-4o",
        "environment",
    )
    (crew.parent / ".env").write_text("SECRET=1\nMODEL=gpt-4.1-nano\n", encoding="utf-8")
    assert model()["id"] == "gpt-4.1-nano"
    assert model("--model", "gpt-5")["id"] == "gpt-5"


@pytest.mark.parametrize(
    ("name", "content", "line", "said"),
    [
        ("crew.yaml", "agents:\n\t- a\n", 2, "tab"),
        ("crew.yaml", "agents: {a: [1, 2\n", 2, ""),
        ("crew.yaml", GOOD.replace("agent: writer", "agent: writter"), 11, "writer"),
        ("crew.yaml", "a: 1\n", 1, "agents"),
        ("crew.yaml", "", 1, "empty"),
        ("crew.yaml", "agents: 3\ntasks: []\n", 1, "agents"),
        ("crew.yaml", "key: caf\udce9\n", 1, "UTF-8"),
        ("crew.yaml", "a\0b: 1\n", 1, "NUL"),
    ],
)
def test_bad_input_is_one_clear_line_with_its_place(
    tmp_path: Path, name: str, content: str, line: int, said: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content.encode("utf-8", "surrogateescape"))
    before = path.read_bytes()
    for command in ("analyze", "check", "optimize"):
        done = crewprof(command, name, cwd=tmp_path)
        assert done.returncode == 2
        assert "Traceback" not in done.stderr
        first, *rest = done.stderr.strip().splitlines()
        assert first.startswith(f"error: {name}:{line}:"), first
        assert said.lower() in done.stderr.lower()
        assert any("hint:" in one for one in rest)
    assert path.read_bytes() == before


def test_a_missing_file_a_folder_without_a_crew_and_a_huge_file(tmp_path: Path) -> None:
    assert crewprof("analyze", "nothing.yaml", cwd=tmp_path).returncode == 2
    (tmp_path / "empty").mkdir()
    nothing = crewprof("analyze", "empty", cwd=tmp_path)
    assert nothing.returncode == 2
    assert "hint:" in nothing.stderr
    (tmp_path / "crew.yaml").write_bytes(b"# " + b"x" * 10_000_000)
    huge = crewprof("analyze", "crew.yaml", cwd=tmp_path)
    assert huge.returncode == 2
    assert "crew.yaml" in huge.stderr


def test_one_bad_crew_among_many_is_reported_and_the_others_are_done(crew: Path) -> None:
    (crew.parent / "broken").mkdir()
    (crew.parent / "broken" / "crew.yaml").write_text("agents: [\n", encoding="utf-8")
    done = crewprof("analyze", "--format", "json", cwd=crew.parent)
    assert done.returncode == 2
    data = json.loads(done.stdout)
    assert len(data["crews"]) == 1
    assert data["errors"][0]["line"] is not None
    assert "broken/crew.yaml" in done.stderr


def test_a_bad_option_is_exit_code_two(crew: Path) -> None:
    for arguments in (
        ["--format", "xml"],
        ["--input", "novalue"],
        ["--max-cost", "cheap"],
        ["--fail-on", "x"],
        ["--nope"],
    ):
        done = crewprof("analyze", "crew.yaml", *arguments, cwd=crew.parent)
        assert done.returncode == 2, arguments
        assert "Traceback" not in done.stderr


def test_budgets_decide_the_exit_code(crew: Path) -> None:
    for option, small, large in (("--max-cost", "0.0000001", "5"), ("--max-seconds", "0.1", "3600")):
        assert (
            crewprof("check", "crew.yaml", option, small, "--fail-on", "never", cwd=crew.parent).returncode
            == 1
        )
        assert (
            crewprof("check", "crew.yaml", option, large, "--fail-on", "never", cwd=crew.parent).returncode
            == 0
        )


def test_settings_are_found_and_isolated_leaves_them_out(crew: Path) -> None:
    (crew.parent / "crewprof.toml").write_text("max-seconds = 0.1\nfail-on = 'never'\n", encoding="utf-8")
    assert crewprof("analyze", "crew.yaml", cwd=crew.parent).returncode == 1
    assert crewprof("analyze", "crew.yaml", "--isolated", cwd=crew.parent).returncode == 0
    (crew.parent / "crewprof.toml").write_text("max_seconds = 0.1\n", encoding="utf-8")
    wrong = crewprof("analyze", "crew.yaml", cwd=crew.parent)
    assert wrong.returncode == 2
    assert "crewprof.toml:1:1" in wrong.stderr


def test_a_report_can_go_to_a_file(crew: Path) -> None:
    done = crewprof("analyze", "crew.yaml", "-f", "json", "-o", "report.json", cwd=crew.parent)
    assert done.stdout == ""
    assert json.loads((crew.parent / "report.json").read_text(encoding="utf-8"))["version"] == 1


def test_months_are_counted(crew: Path) -> None:
    done = crewprof("analyze", "crew.yaml", "-f", "json", "--runs-per-month", "1000", cwd=crew.parent)
    total = json.loads(done.stdout)["crews"][0]["total"]
    assert total["monthly_cost_usd"]["expected"] == pytest.approx(1000 * total["cost_usd"]["expected"])


def test_counting_a_request(tmp_path: Path) -> None:
    request = {"model": "gpt-4o", "messages": [{"role": "user", "content": "hello"}]}
    (tmp_path / "one.json").write_text(json.dumps(request, indent=2), encoding="utf-8")
    one = json.loads(crewprof("count", "one.json", "-f", "json", cwd=tmp_path).stdout)
    assert one == {"model": "gpt-4o", "tokens": 8, "exact": True, "encoding": "o200k_base"}
    lines = "\n".join(json.dumps(request) for _ in range(3))
    many = crewprof("count", "-", "--model", "gpt-4", "-f", "json", cwd=tmp_path, stdin=lines)
    assert [json.loads(line)["encoding"] for line in many.stdout.splitlines()] == ["cl100k_base"] * 3
    for bad in ("", "[1]", "{", '{"messages": 3}'):
        done = crewprof("count", "-", cwd=tmp_path, stdin=bad)
        assert done.returncode == 2, bad
        assert "Traceback" not in done.stderr


def test_the_catalogue_is_searched(tmp_path: Path) -> None:
    found = json.loads(crewprof("models", "gpt-4o-mini", "-f", "json", cwd=tmp_path).stdout)
    assert "gpt-4o-mini" in json.dumps(found)


def test_rules_have_pages(tmp_path: Path) -> None:
    listed = crewprof("rule", "--all", cwd=tmp_path)
    assert listed.returncode == 0
    assert crewprof("rule", "CP999", cwd=tmp_path).returncode == 2


@pytest.mark.parametrize("sample", sorted(path.parent.name for path in SAMPLES.glob("*/crew.*")))
def test_every_sample_crew_is_profiled(sample: str, tmp_path: Path) -> None:
    done = crewprof("analyze", str(SAMPLES / sample), "-f", "json", cwd=tmp_path)
    data = json.loads(done.stdout)
    assert done.returncode == 0, done.stderr
    assert data["crews"]
    assert all(crew["total"]["cost_usd"]["expected"] > 0 for crew in data["crews"])
