"""What a custom tool's source shows of its results."""

from __future__ import annotations

import ast
import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crewprof.crew.tool_body import tool_body


def returned(source: str) -> str:
    module = ast.parse(textwrap.dedent(source))
    functions = [node for node in module.body if isinstance(node, ast.FunctionDef)]
    return tool_body(functions[-1], module).returns


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("def f(x):\n    return 'done'", "literal"),
        ("TEXT = 'Opening hours: 9 to 5'\ndef f():\n    return TEXT", "literal"),
        ("def f(city):\n    return f'Sunny in {city}'", "short"),
        ("def f(a: float, b: float):\n    result = a * b\n    return str(result)", "short"),
        ("def f(a):\n    return 'The sum is {}'.format(sum(a))", "short"),
        ("import requests\ndef f(url):\n    return requests.get(url).text", "request"),
        (
            (
                "import requests as r\ndef f(u):\n    try:\n        x = r.get(u)\n        return x.json()\n"
                "    except Exception as e:\n        return str(e)"
            ),
            "request",
        ),
        (
            (
                "import requests\ndef f(u, m):\n    x = requests.post(u, json=m)\n"
                "    return f'Sent: {x.status_code}'"
            ),
            "short",
        ),
        (
            (
                "import requests\nfrom bs4 import BeautifulSoup\ndef f(u):\n"
                "    soup = BeautifulSoup(requests.get(u).text)\n    return soup.get_text()"
            ),
            "page",
        ),
        ("def f(path):\n    with open(path) as file:\n        return file.read()", "file"),
        ("from pathlib import Path\ndef f(path):\n    return Path(path).read_text()", "file"),
        (
            (
                "def f(path, text):\n    with open(path, 'w') as file:\n        file.write(text)\n"
                "    return f'Wrote {path}'"
            ),
            "short",
        ),
        (
            (
                "import sqlite3\ndef f(sql):\n    rows = sqlite3.connect('a').execute(sql).fetchall()\n"
                "    return str(rows)"
            ),
            "query",
        ),
        (
            (
                "import requests\ndef helper(u):\n    return requests.get(u).json()\n"
                "def f(u):\n    found = []\n    for one in helper(u):\n        found.append(one['title'])\n"
                "    return '\\n'.join(found)"
            ),
            "request",
        ),
        ("def f(x):\n    return service.ask(x)", "unknown"),
        ("def f(x):\n    return f(x)", "literal"),
        ("def f(x):\n    pass", "unknown"),
    ],
)
def test_kinds(source: str, kind: str) -> None:
    assert returned(source) == kind


@given(st.text("abc def", max_size=200))
def test_the_text_that_stands_in_the_source_is_measured(text: str) -> None:
    module = ast.parse(f"def f(x):\n    return {text!r}")
    node = module.body[0]
    assert isinstance(node, ast.FunctionDef)
    found = tool_body(node, module)
    assert (found.returns, found.characters) == ("literal", len(text))


@given(
    st.sampled_from(["request", "post", "exa", "rag", "search", "scrape", "sql"]), st.text("ab_", max_size=5)
)
def test_names_say_nothing(word: str, letters: str) -> None:
    assert returned(f"def {word}_x{letters}(x):\n    return 'done'") == "literal"


def test_endless_nesting_is_not_followed() -> None:
    deep = "+".join(["x"] * 900)
    assert returned(f"def f(x):\n    return {deep}") in ("short", "unknown")
