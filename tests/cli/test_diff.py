"""``crewprof diff`` as a user meets it: what changed and why, thresholds, renames, errors."""

from __future__ import annotations

import json
import shutil
import subprocess
from contextlib import chdir
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner, Result

from crewprof.cli.app import app
from crewprof.source.checkout import lay_out
from crewprof.source.repository import Repository as SourceRepository

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="needs git")

CREW = """\
name: tea
agents:
  analyst:
    role: Analyst
    goal: Find facts about {topic}
    backstory: You read a lot of reports.
    llm: openai/gpt-4o
  editor:
    role: Editor
    goal: Write plainly
    backstory: You cut what is not needed.
    llm: openai/gpt-4o
tasks:
  - name: research
    description: Research {topic}.
    expected_output: Five bullet points.
    agent: analyst
  - name: write
    description: Write about {topic} from the research.
    expected_output: Two paragraphs.
    agent: editor
    context: [research]
inputs:
  topic: tea
"""


class Repository:
    """A git repository with commits."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        if not (folder / ".git").exists():
            folder.mkdir(parents=True)
            self.git("init", "-q", "-b", "main")

    def git(self, *arguments: str) -> str:
        command = ["git", "-c", "user.name=A", "-c", "user.email=a@example.org", *arguments]
        command[1:1] = ["-c", "protocol.file.allow=always"]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def write(self, text: str, name: str = "crew.yaml") -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def commit(self, text: str | None = None, name: str = "crew.yaml") -> None:
        if text is not None:
            self.write(text, name)
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "change")

    def diff(self, *arguments: str, inside: str = ".") -> Result:
        with chdir(self.folder / inside):
            return CliRunner().invoke(app, ["diff", "--no-cache", *arguments])

    def answer(self, *arguments: str) -> dict[str, Any]:
        data: dict[str, Any] = json.loads(self.diff(*arguments, "-f", "json").stdout)
        return data


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = Repository(tmp_path / "repo")
    made.commit(CREW)
    return made


def because(answer: dict[str, Any]) -> dict[str, list[str]]:
    return {one["name"]: one["because"] for crew in answer["crews"] for one in crew["tasks"]}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("Research {topic}.", "Research {topic} well.", {"research": ["description"], "write": []}),
        (
            "Five bullet points.",
            "Forty bullet points.",
            {"research": ["expected_output"], "write": ["research.expected_output"]},
        ),
        ("    context: [research]\n", "    context: []\n", {"research": [], "write": ["context"]}),
        (
            "reports.\n    llm: openai/gpt-4o\n",
            "reports.\n    llm: openai/gpt-4o-mini\n",
            {"research": ["agent.llm"]},
        ),
        (
            "    goal: Write plainly\n",
            "    goal: Write so plainly\n",
            {"research": [], "write": ["agent.goal"]},
        ),
        ("agent: editor\n", "agent: analyst\n", {"research": [], "write": ["agent"]}),
        ("name: tea\n", "name: tea\nmemory: true\n", {"research": ["crew.memory"], "write": ["crew.memory"]}),
    ],
)
def test_it_says_which_keys_changed(
    old: str, new: str, expected: dict[str, list[str]], repository: Repository
) -> None:
    assert old in CREW
    repository.write(CREW.replace(old, new, 1))
    told = because(repository.answer())
    assert {name: told[name] for name in expected} == expected


def test_nothing_is_printed_when_nothing_changed(repository: Repository) -> None:
    for text in (CREW, CREW + "# a comment\n", "# first\n\n" + CREW):
        repository.write(text)
        for report in ("text", "markdown"):
            done = repository.diff("-f", report, "--fail-if-cost-grows", "0%", "--fail-on", "info")
            assert (done.exit_code, done.stdout, done.stderr) == (0, "", "")
        assert [one["status"] for one in repository.answer()["crews"]] == ["same"]


def test_the_report_tells_cost_cause_and_findings(repository: Repository) -> None:
    repository.write(CREW.replace("Five bullet", "Forty bullet").replace("[research]", "[reserch]"))
    done = repository.diff()
    assert done.exit_code == 0
    first = done.stdout.splitlines()[0]
    assert first.startswith("HEAD → working tree: $")
    assert "research" in done.stdout
    assert "expected_output" in done.stdout
    assert "New findings" in done.stdout
    assert "reserch" in done.stdout
    assert repository.diff("--fail-on", "error").exit_code == 1
    told = repository.diff("-f", "markdown").stdout
    assert told.startswith("### Crew cost: $")
    assert told.count("<details>") == told.count("</details>") == 1
    assert "**CrewAI refuses tea**" in told


def test_markdown_of_hostile_names_cannot_steer_the_comment(repository: Repository) -> None:
    name = '"</summary></details>@team | `x` <img src=x> [a](b)"'
    repository.write(CREW.replace("name: tea", f"name: {name}").replace("Five", "Forty"))
    told = repository.diff("-f", "markdown").stdout
    assert "@team" not in told
    assert "<img" not in told
    assert told.count("</details>") == told.count("<details>")
    rows = [line for line in told.splitlines() if line.startswith("| ")]
    assert {line.replace("\\|", "").count("|") for line in rows} == {7}


def test_a_comment_of_many_changes_is_not_longer_than_github_takes(repository: Repository) -> None:
    task = """  - name: {name}
    description: Research {{topic}}.
    expected_output: Five bullet points.
    agent: analyst
"""
    many = "".join(task.format(name=f"{'a_long_name_' * 12}{number}") for number in range(30))
    for number in range(12):
        repository.write(CREW.replace("inputs:", f"{many}inputs:"), f"{number}/crew.yaml")
    told = repository.diff("-f", "markdown").stdout
    assert 45_000 < len(told) < 65_536
    assert told.count("</details>") == told.count("<details>") < 12
    assert "More has changed" in told
    assert told.endswith("expected for one run</sub>\n")


@pytest.mark.parametrize(
    ("limit", "code"), [("10%", 1), ("900%", 0), ("$0.0001", 1), ("0.0001 USD", 1), ("5", 0), ("0", 1)]
)
def test_a_cost_that_grows_fails(limit: str, code: int, repository: Repository) -> None:
    repository.write(CREW.replace("Five bullet", "Forty bullet"))
    done = repository.diff("--fail-if-cost-grows", limit)
    assert done.exit_code == code
    assert ("grows by" in done.stderr) is bool(code)


def test_a_cost_that_shrinks_or_stays_does_not_fail(repository: Repository) -> None:
    repository.write(CREW.replace("Five bullet", "Two bullet"))
    assert repository.diff("--fail-if-cost-grows", "0%").exit_code == 0


def test_a_cost_that_is_not_known_any_more_fails(repository: Repository) -> None:
    repository.write(CREW.replace("openai/gpt-4o", "acme/secret"))
    done = repository.diff("--fail-if-cost-grows", "500%")
    assert done.exit_code == 1
    assert "is not known" in done.stderr


def test_one_crew_that_grows_is_not_made_up_for_by_another(repository: Repository) -> None:
    repository.commit(CREW.replace("Five", "Ninety"), "other/crew.yaml")
    repository.write(CREW.replace("Five", "Eight"))
    repository.write(CREW, "other/crew.yaml")
    assert repository.diff("--fail-if-cost-grows", "1%").exit_code == 1


def test_a_budget_that_breaks_fails_and_one_that_was_broken_does_not(repository: Repository) -> None:
    cost = repository.answer()["total"]["cost_usd"][0]["expected"]
    repository.write(CREW.replace("Five bullet", "Forty bullet"))
    assert repository.diff("--max-cost", f"{cost * 1.1:.6f}").exit_code == 1
    assert repository.diff("--max-cost", "0.000001").exit_code == 0


def test_moved_renamed_new_and_deleted_crews(repository: Repository) -> None:
    repository.commit(CREW.replace("name: tea", "name: coffee").replace("research", "tasting"), "b/crew.yaml")
    repository.git("mv", "crew.yaml", "moved.yaml")
    repository.git("rm", "-rq", "b")
    repository.write(
        "agents:\n  a: {role: R, goal: G, backstory: B, llm: openai/gpt-4o-mini}\n"
        "tasks:\n  - {name: t, description: Count to ten., expected_output: Numbers., agent: a}\n",
        "new/crew.yaml",
    )
    answer = repository.answer()
    told = {(one["path"], one["status"]) for one in answer["crews"]}
    assert told == {("moved.yaml", "changed"), ("new/crew.yaml", "added"), ("b/crew.yaml", "removed")}
    moved = next(one for one in answer["crews"] if one["path"] == "moved.yaml")
    assert moved["renamed_from"] == {"name": "tea", "path": "crew.yaml"}
    assert moved["before"] == moved["after"]
    text = repository.diff().stdout
    assert "was in crew.yaml" in text
    assert "new crew" in text
    assert "deleted crew" in text


def test_a_crew_that_moved_without_git_noticing_is_known_by_its_text(repository: Repository) -> None:
    (repository.folder / "crew.yaml").unlink()
    repository.write(CREW.replace("Five", "Six"), "teams/crew.yaml")
    (crew,) = repository.answer()["crews"]
    assert crew["status"] == "changed"
    assert crew["renamed_from"]["path"] == "crew.yaml"


def test_a_renamed_task_is_the_same_task(repository: Repository) -> None:
    repository.write(CREW.replace("name: research", "name: dig").replace("[research]", "[dig]"))
    (crew,) = repository.answer()["crews"]
    told = {one["name"]: (one["status"], one["renamed_from"], one["because"]) for one in crew["tasks"]}
    assert told["dig"] == ("changed", "research", [])
    assert told["write"] == ("same", None, [])


def test_revisions_ranges_the_index_and_paths(repository: Repository) -> None:
    repository.git("branch", "old")
    repository.commit(CREW.replace("Five", "Forty"))
    repository.commit(CREW, "other/crew.yaml")
    assert [one["status"] for one in repository.answer("old..HEAD", "crew.yaml")["crews"]] == ["changed"]
    assert [one["status"] for one in repository.answer("old..", "other")["crews"]] == ["added"]
    assert [one["status"] for one in repository.answer("..old", "other")["crews"]] == ["removed"]
    assert repository.answer("old...main")["from"] == repository.git("rev-parse", "old")[:9]
    assert repository.answer("crew.yaml")["crews"][0]["status"] == "same"
    repository.write(CREW.replace("Five", "Ninety"))
    assert repository.diff("--staged").stdout == ""
    repository.git("add", "-A")
    assert repository.answer("--cached")["to"] == "index"
    assert "HEAD → index" in repository.diff("--staged").stdout
    (crew,) = json.loads(repository.diff("HEAD~1", "../crew.yaml", "-f", "json", inside="other").stdout)[
        "crews"
    ]
    assert crew["path"] == "../crew.yaml"


def test_what_git_does_not_keep_is_the_same_on_both_sides(repository: Repository) -> None:
    without = CREW.replace("    llm: openai/gpt-4o\n", "")
    repository.commit(without)
    for ignored in (False, True):
        if ignored:
            repository.write(without)
            repository.commit(".env\n", ".gitignore")
        repository.write("MODEL=openai/gpt-4.1\n", ".env")
        repository.write(without)
        assert [one["status"] for one in repository.answer("crew.yaml")["crews"]] == ["same"]
        repository.write(without.replace("Five", "Forty"))
        told = because(repository.answer("crew.yaml"))
        assert told["research"] == ["expected_output"]


def test_recorded_runs_and_environments_are_beside_every_revision(
    repository: Repository, tmp_path: Path
) -> None:
    repository.write("{}\n", ".crewprof/profile.jsonl")
    repository.write("x\n", "venv/pyvenv.cfg")
    repository.write("data/\n", ".gitignore")
    repository.write("a: 1\n", "data/made.yaml")
    repository.write("a: 1\n", "new.yaml")
    found = SourceRepository.around(repository.folder)
    lay_out(found, found.revision("HEAD"), tmp_path / "laid")
    laid = {one.relative_to(tmp_path / "laid").as_posix() for one in (tmp_path / "laid").rglob("*")}
    assert {"crew.yaml", ".crewprof/profile.jsonl", "venv", "data/made.yaml"} <= laid
    assert "new.yaml" not in laid


def test_settings_are_those_of_each_revision(repository: Repository) -> None:
    repository.write('[models."openai/gpt-4o"]\ninput-price = 100\noutput-price = 100\n', "crewprof.toml")
    answer = repository.answer()
    assert answer["settings"] == ["settings.models"]
    assert because(answer)["research"] == ["settings.models"]
    assert "changed settings: settings.models" in repository.diff().stdout


def test_a_crew_that_cannot_be_read_now_is_an_error_and_one_before_is_not(repository: Repository) -> None:
    repository.commit("agents: [\n")
    repository.write(CREW)
    done = repository.diff()
    assert done.exit_code == 0
    assert done.stderr.startswith("in HEAD: crew.yaml:")
    assert "new crew" in done.stdout
    broken = repository.diff("HEAD~1..HEAD")
    assert broken.exit_code == 2
    assert "error: crew.yaml:" in broken.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nosuch",), "git knows no revision 'nosuch'"),
        (("nosuch..HEAD",), "git knows no revision 'nosuch'"),
        (("HEAD..nosuch",), "git knows no revision 'nosuch'"),
        (("HEAD", "nosuch.yaml"), "nosuch.yaml: there is no such file"),
        (("HEAD", ".."), "the path is not in the repository"),
        (("HEAD", "-"), "standard input has no revisions"),
        (("HEAD..HEAD", "--staged"), "--staged compares a revision with the index"),
    ],
)
def test_bad_arguments_are_one_line_and_exit_2(
    arguments: tuple[str, ...], said: str, repository: Repository
) -> None:
    repository.write(CREW + "#\n")
    done = repository.diff(*arguments)
    told = done.stderr or str(done.exception)
    assert said in told
    assert "Traceback" not in told
    assert done.exit_code != 0


def test_no_repository_a_bare_one_and_none_with_commits(tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    with chdir(tmp_path / "plain"):
        done = CliRunner().invoke(app, ["diff"])
    assert "no git repository" in str(done.exception)
    bare = Repository(tmp_path / "bare")
    bare.git("config", "core.bare", "true")
    assert "the repository is bare" in str(bare.diff().exception)
    empty = Repository(tmp_path / "empty")
    empty.write(CREW)
    assert [one["status"] for one in empty.answer()["crews"]] == ["added"]


def test_a_shallow_clone_says_how_to_get_the_revision(repository: Repository, tmp_path: Path) -> None:
    repository.git("branch", "topic")
    repository.commit(CREW.replace("Five", "Six"))
    url = repository.folder.as_uri()
    repository.git("clone", "-q", "--depth=1", url, str(tmp_path / "shallow"))
    clone = Repository.__new__(Repository)
    clone.folder = tmp_path / "shallow"
    for revision in ("topic", "HEAD~1"):
        error = clone.diff(revision).exception
        assert "git knows no revision" in str(error)
        assert "shallow" in str(getattr(error, "hint", ""))


def test_a_merge_conflict_is_said(repository: Repository) -> None:
    repository.git("checkout", "-q", "-b", "topic")
    repository.commit(CREW.replace("Five", "Six"))
    repository.git("checkout", "-q", "main")
    repository.commit(CREW.replace("Five", "Nine"))
    subprocess.run(["git", "merge", "-q", "topic"], cwd=repository.folder, capture_output=True, check=False)
    assert "merge conflict" in str(repository.diff("--staged").exception)


@pytest.fixture
def module(repository: Repository, tmp_path: Path) -> Repository:
    """The submodule ``milk`` of the repository, as it is checked out there."""
    other = Repository(tmp_path / "other")
    other.commit(CREW.replace("name: tea", "name: milk"))
    repository.git("submodule", "--quiet", "add", other.folder.as_uri(), "milk")
    repository.commit()
    return Repository(repository.folder / "milk")


def statuses(repository: Repository, *arguments: str) -> dict[str, str]:
    return {one["name"]: one["status"] for one in repository.answer(*arguments)["crews"]}


def test_crews_of_submodules_are_compared(repository: Repository, module: Repository) -> None:
    assert repository.diff().stdout == ""
    module.write(CREW.replace("name: tea", "name: milk").replace("Five", "Forty"))
    assert statuses(repository) == {"tea": "same", "milk": "changed"}
    module.commit(CREW.replace("name: tea", "name: milk").replace("Five", "Fifty"))
    assert statuses(repository) == {"tea": "same", "milk": "changed"}
    repository.commit()
    assert repository.diff().stdout == ""
    assert statuses(repository, "HEAD~1..HEAD") == {"tea": "same", "milk": "changed"}
    assert statuses(repository, "HEAD~2..HEAD") == {"tea": "same", "milk": "added"}


def test_a_submodule_that_is_not_there_is_left_out_and_said(
    repository: Repository, module: Repository
) -> None:
    repository.write(CREW.replace("Five", "Forty"))
    repository.git("submodule", "--quiet", "deinit", "--force", "milk")
    assert statuses(repository) == {"tea": "changed"}
    assert "the files of submodule milk are not here" in repository.diff().stderr


def test_links_out_of_the_repository_are_left_alone(repository: Repository, tmp_path: Path) -> None:
    (tmp_path / "outside.yaml").write_text(CREW.replace("tea", "salt"), encoding="utf-8")
    (repository.folder / "linked.yaml").symlink_to(tmp_path / "outside.yaml")
    (repository.folder / "also.yaml").symlink_to("crew.yaml")
    repository.commit()
    repository.write(CREW.replace("Five", "Forty"))
    assert [(one["name"], one["status"]) for one in repository.answer()["crews"]] == [("tea", "changed")]


def test_hostile_names_in_a_tree_are_left_out(repository: Repository) -> None:
    blob = repository.git("hash-object", "-w", "crew.yaml").strip()
    made = subprocess.run(
        ["git", "hash-object", "-t", "tree", "--literally", "-w", "--stdin"],
        cwd=repository.folder,
        input=b"".join(
            b"100644 " + name + b"\0" + bytes.fromhex(blob) for name in (b"..", b".git", b"crew.yaml")
        ),
        capture_output=True,
        check=True,
    )
    tree = made.stdout.decode().strip()
    answer = repository.answer(f"{tree}..HEAD")
    assert [one["status"] for one in answer["crews"]] == ["same"]


def test_nothing_of_the_repository_is_touched(repository: Repository) -> None:
    repository.write(CREW.replace("Five", "Six"))
    repository.git("add", "-A")
    repository.write(CREW.replace("Five", "Nine"))

    def stamps() -> dict[str, tuple[int, int]]:
        return {
            str(one): (one.stat().st_mtime_ns, one.stat().st_size)
            for one in repository.folder.rglob("*")
            if one.is_file()
        }

    before = stamps()
    for arguments in ((), ("--staged",), ("HEAD..HEAD",), ("HEAD", "crew.yaml")):
        repository.diff(*arguments)
    assert stamps() == before
