"""What grows without end, and what lies outside the project: answered soon, without harm."""

from __future__ import annotations

import os
import random
import sys
import time
from typing import TYPE_CHECKING

import pytest

from crewprof.python.interpreter import Interpreter
from crewprof.python.project import PythonProject
from crewprof.python.uncertain import FromEnvironment, OneOf, PartialText
from crewprof.source.python_document import parse_python
from crewprof.source.text import SourceText
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from pathlib import Path

    from crewprof.python.values import Value

PROGRAMS = int(os.environ.get("CREWPROF_EVALUATOR_EXAMPLES", "20"))
SECONDS = 8.0
"""Processor seconds for one program: many times what it takes, for machines that do much else."""

MEGABYTES = 400

STARTS = ("'ab'", "[1]", "(1, 2)", "10", "{'x': 1}", "{1, 2}", "2.5", "b'ab'")
GROWTHS = (
    *("x = x + x", "x += x", "x = x * x", "x = x * 99", "x *= 7", "x = [x, x]", "x = (x, x)", "x = {'x': x}"),
    *("x = x ** x", "x = x << 99", "x = f'{x}{x}'", "x = '{0}{0}'.format(x)", "x = '%s%s' % (x, x)"),
    *("x = str(x) * 2", "x = x.replace('a', 'aaaa')", "x = ','.join([x] * 50)", "x = [*x, *x]"),
    *(
        "x.append(x)",
        "x.extend(x)",
        "x = list(range(10 ** 12))",
        "x = x.ljust(10 ** 9)",
        "x = [y for y in x for z in x]",
    ),
    *(
        "x = sorted([x, x])",
        "x = x == [x, x]",
        "x = {**x, str(x): x}",
        "x = sum([x, x], x)",
        "x = repr(x) + repr(x)",
    ),
    *(
        "x = re.findall('(a|a)*b', 'a' * 40)",
        "x = re.sub('a*a*a*a*c', 'b', 'a' * 9999)",
        "x = list(itertools.product(range(99), repeat=9))",
        "x = list(itertools.count())",
        "x = 'x' * 10 ** 9",
        "x = 10 ** 10 ** 8",
        "x = [0] * 10 ** 9",
        "x = '%999999999d' % 3",
        "x = int('9' * 9999)",
        "x = deque(range(10 ** 9))",
        "x = '{:>{w}}'.format(3, w=10 ** 9)",
        "x = str(x).zfill(10 ** 9)",
        "x = bytes(10 ** 10)",
        "x = pow(7, 10 ** 9)",
        "x = 1 << 10 ** 10",
        "x = re.compile('x{1000000}{1000000}')",
    ),
    *("x = f'{x:>999999999}'", "x = copy.deepcopy([x, x])", "x = json.dumps([x, x])", "f(x)", "x = {x: x}"),
)
LOOPS = ("for _ in range(40):", "while True:", "for _ in range(10 ** 9):", "for y in [1] * 99:")


def followed(source: str, root: Path) -> dict[str, Value]:
    project = PythonProject(root)
    module = project.add(parse_python(SourceText(str(root / "main.py"), source)))
    return Interpreter(project).names_of(module)


@pytest.mark.parametrize("number", range(PROGRAMS))
def test_whatever_grows_is_left_in_time(tmp_path: Path, number: int) -> None:
    source = growing(random.Random(number))
    before, peak = time.process_time(), _peak_megabytes()
    names = followed(source, tmp_path)
    assert names["last"] == "here", source
    assert time.process_time() - before < SECONDS, source
    # The process may have been larger before, for other tests.
    assert _peak_megabytes() - peak < MEGABYTES, source


def growing(chance: random.Random) -> str:
    """The source of a program in which something grows in a loop."""
    growths = chance.choices(GROWTHS, k=chance.randint(1, 3))
    body = "\n".join(f"    try:\n        {one}\n    except Exception:\n        pass" for one in growths)
    return (
        "import copy, itertools, json, re\nfrom collections import deque\ndef f(y):\n    return f([y, y])\n"
        f"x = {chance.choice(STARTS)}\n{chance.choice(LOOPS)}\n{body}\nlast = 'here'\n"
    )


def _peak_megabytes() -> float:
    """The most memory this process has had; macOS counts bytes, others kilobytes."""
    resource = pytest.importorskip("resource")
    most: int = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1024 * 1024 if sys.platform == "darwin" else 1024)


@pytest.mark.parametrize("link", ["file", "folder"])
def test_links_that_lead_outside_are_not_read(link: str, tmp_path: Path) -> None:
    outside, root = tmp_path / "outside", tmp_path / "project"
    outside.mkdir()
    root.mkdir()
    (outside / "secret.py").write_text("MODEL = 'outside'\n", encoding="utf-8")
    if link == "file":
        (root / "secret.py").symlink_to(outside / "secret.py")
        names = followed("from secret import MODEL\n", root)
    else:
        (root / "inner").symlink_to(outside)
        names = followed("from inner.secret import MODEL\n", root)
    assert names["MODEL"] != "outside"


@pytest.mark.parametrize(
    "path", ["'../outside/text.txt'", "'/etc/hostname'", "Path(__file__).parents[1] / 'x.txt'"]
)
def test_files_outside_are_not_read(path: str, tmp_path: Path) -> None:
    root = tmp_path / "project"
    (tmp_path / "outside").mkdir()
    root.mkdir()
    for name in ("outside/text.txt", "x.txt"):
        (tmp_path / name).write_text("outside", encoding="utf-8")
    names = followed(
        f"from pathlib import Path\nx = Path({path}).read_text()\ny = open({path}).read()\n", root
    )
    assert isinstance(names["x"], Unknown)
    assert isinstance(names["y"], Unknown)


def test_modules_that_import_each_other(tmp_path: Path) -> None:
    (tmp_path / "first.py").write_text("import second\nA = 1\nB = second.C\n", encoding="utf-8")
    (tmp_path / "second.py").write_text("import first\nC = 2\n", encoding="utf-8")
    names = followed("from first import A, B\nfrom second import C\n", tmp_path)
    assert (names["A"], names["B"], names["C"]) == (1, 2, 2)


GUARDS = ("raise ValueError('no key')", "sys.exit(1)", "exit()", "quit('no')", "raise SystemExit")


@pytest.mark.parametrize("guard", GUARDS)
def test_a_guard_lets_the_module_go_on(guard: str, tmp_path: Path) -> None:
    source = f"import os, sys\nif not os.getenv('KEY'):\n    print('no')\n    {guard}\nx = [1]\nx.append(2)\n"
    assert followed(source, tmp_path)["x"] == [1, 2]


@pytest.mark.parametrize("names", [["A"], ["A", "B"], ["A", "B", "C"]])
@pytest.mark.parametrize("guard", GUARDS)
def test_a_guard_for_several_variables_lets_the_module_go_on(
    guard: str, names: list[str], tmp_path: Path
) -> None:
    source = f"import os, sys\nmissing = [one for one in {names} if not os.getenv(one)]\n"
    assert followed(f"{source}if missing:\n    {guard}\nx = 1\n", tmp_path)["x"] == 1


def test_alternatives_are_named(tmp_path: Path) -> None:
    source = "import os\nif os.getenv('KIND') == 'big':\n    x = 'gpt-4o'\nelse:\n    x = 'gpt-4o-mini'\n"
    value = followed(source, tmp_path)["x"]
    assert isinstance(value, OneOf)
    assert value.options == ("gpt-4o", "gpt-4o-mini")
    assert "'gpt-4o' or 'gpt-4o-mini', depending on `os.getenv('KIND') == 'big'`" in value.reason


@pytest.mark.parametrize(
    ("expression", "shown"),
    [
        ("f\"gemini/{os.getenv('M')}\"", "gemini/…"),
        ("'gemini/' + os.environ['M']", "gemini/…"),
        ("'{}/{}'.format('gemini', os.getenv('M'))", None),
    ],
)
def test_a_variable_without_a_default_is_not_known(
    expression: str, shown: str | None, tmp_path: Path
) -> None:
    value = followed(f"import os\nx = {expression}\n", tmp_path)["x"]
    assert isinstance(value, PartialText | Unknown | FromEnvironment)
    assert "None" not in str(value if isinstance(value, PartialText) else "")
    assert shown is None or str(value) == shown


@pytest.mark.parametrize(
    "expression",
    ["f\"openai/{os.getenv('M', 'gpt-4o')}\"", "'openai/' + (os.getenv('M') or 'gpt-4o')"],
)
def test_a_default_is_marked(expression: str, tmp_path: Path) -> None:
    value = followed(f"import os\nx = {expression}\n", tmp_path)["x"]
    assert isinstance(value, FromEnvironment)
    assert (value.variable, value.value, value.is_whole) == ("M", "openai/gpt-4o", False)
