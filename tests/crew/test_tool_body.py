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
        (
            (
                "import requests\ndef f(city):\n    found = requests.get(city).json()\n"
                '    return f\'{found["now"]["temp"]} degrees\''
            ),
            "fields",
        ),
        ("import requests\ndef f(u):\n    return requests.get(u).json()['results']", "request"),
        ("import requests\ndef f(u):\n    return requests.get(u).json()['page']['said']", "request"),
        ("import requests\ndef f(u):\n    return str(requests.get(u).json()['page']['number'])", "fields"),
        ("class T(Base):\n    pass\ndef f(q):\n    return super().f(q)", "unknown"),
        (
            (
                "import requests\ndef shown(found):\n    return f'Found: {found}'\n"
                "def f(q):\n    return shown(requests.get(q).text)"
            ),
            "request",
        ),
        (
            (
                "import requests\ndef f(q):\n    found = requests.get(q).json()\n"
                "    return [{'name': one['name']} for one in found['items']]"
            ),
            "request",
        ),
        (
            (
                "import requests\ndef f(u):\n    r = requests.post(u)\n    if r.ok:\n"
                "        return f'Made {r.json()[\"key\"]}'\n    return f'Failed: {r.text}'"
            ),
            "fields",
        ),
        (
            (
                "import sqlite3\ndef f(d):\n"
                "    (n,) = sqlite3.connect('a').execute('SELECT COUNT(*) FROM o').fetchone()\n"
                "    return f'{n} orders'"
            ),
            "fields",
        ),
        ("from crewai import Crew\ndef f(x):\n    return Crew().kickoff(inputs={'x': x}).raw", "agents"),
        (
            (
                "from openai import OpenAI\nclient = OpenAI()\ndef f(x):\n"
                "    made = client.chat.completions.create(model='m', messages=[x])\n"
                "    return made.choices[0].message.content"
            ),
            "answer",
        ),
        (
            (
                "import asyncio\nfrom mcp import ClientSession\ndef f(x):\n    async def ask():\n"
                "        async with ClientSession(x) as session:\n"
                "            return await session.call_tool(x)\n    return asyncio.run(ask())"
            ),
            "server",
        ),
        ("import subprocess\ndef f(x):\n    return subprocess.run(x).stdout", "output"),
        (
            (
                "import chromadb\ndef f(q):\n"
                "    found = chromadb.Client().get_collection('c').query(query_texts=[q])\n"
                "    return str(found['documents'])"
            ),
            "passages",
        ),
        ("from pathlib import Path\ndef f(n, t):\n    p = Path('out') / n\n    return f'At {p}'", "short"),
        ("import re\nfrom sqlalchemy import text\ndef f(text):\n    return re.sub('a', '', text)", "short"),
        ("def f(a, b) -> float:\n    return OPS[a](b)", "short"),
        ("PRICES = {'a': 1, 'b': 2}\ndef f(x):\n    return f'{PRICES.get(x)} EUR'", "short"),
        ("def f(x):\n    return str(eval(x))", "short"),
        (
            (
                "import random\ndef f(x):\n    found = []\n    for one in range(3):\n"
                "        found.append(f'{random.choice([1, 2])} {x}')\n    return '\\n'.join(found)"
            ),
            "short",
        ),
        ("def f(x):\n    return service.ask(x)", "unknown"),
        ("def f(x):\n    return f(x)", "literal"),
        ("def f(x):\n    pass", "unknown"),
    ],
)
def test_kinds(source: str, kind: str) -> None:
    assert returned(source) == kind


CLASS = """
from langchain_community.tools import DuckDuckGoSearchRun
class Search(BaseTool):
    search: DuckDuckGoSearchRun = Field(default_factory=DuckDuckGoSearchRun)
    def _run(self, query):
        return self.search.run(query)
"""


def test_what_a_tool_holds_is_asked() -> None:
    module = ast.parse(CLASS)
    (owner,) = [node for node in module.body if isinstance(node, ast.ClassDef)]
    (run,) = [node for node in owner.body if isinstance(node, ast.FunctionDef)]
    assert tool_body(run, module, owner).returns == "request"


@given(st.integers(200, 20_000), st.booleans(), st.sampled_from(["text[:{0}]", "text[:{0}] + '...'"]))
def test_a_cut_text_is_no_longer_than_the_cut(characters: int, is_named: bool, cut: str) -> None:
    most = "MOST" if is_named else str(characters)
    source = f"""
MOST = {characters}
def f(path):
    text = open(path).read()
    if len(text) > MOST:
        return {cut.format(most)}
    return text
"""
    module = ast.parse(source)
    (node,) = [one for one in module.body if isinstance(one, ast.FunctionDef)]
    found = tool_body(node, module)
    assert (found.returns, found.cut) == ("file", characters)


def test_what_is_cut_of_each_of_many_is_not_what_all_are_cut_at() -> None:
    source = """
import requests
def f(q):
    found = []
    for one in requests.get(q).json():
        found.append(one['text'][:500])
    return ' '.join(found)
"""
    module = ast.parse(source)
    assert tool_body(module.body[-1], module).cut == 0  # type: ignore[arg-type]


def test_whom_a_tool_asks_takes_the_time() -> None:
    source = """
from twilio.rest import Client
def f(message):
    Client().messages.create(body=message)
    return 'Sent.'
"""
    module = ast.parse(source)
    found = tool_body(module.body[-1], module)  # type: ignore[arg-type]
    assert (found.returns, found.asks) == ("literal", "request")


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
