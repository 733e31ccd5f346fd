"""Where the values of a tool's source come from: the network, a file, a database, a model, other agents."""

from __future__ import annotations

import ast
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from crewprof.late_patterns import late_pattern

if TYPE_CHECKING:
    import re
    from collections.abc import Iterable, Iterator, Mapping

Returns: TypeAlias = Literal[
    "literal",
    "short",
    "fields",
    "request",
    "page",
    "file",
    "query",
    "passages",
    "output",
    "answer",
    "agents",
    "server",
    "unknown",
]
"""``literal``: a text that stands in the source; ``short``: a few values in such a text; ``fields``: a few
values picked out of what was fetched; ``request``: what a service answers; ``page``: the text of a web page;
``file``: a file's content; ``query``: rows of a database; ``passages``: passages of a vector store;
``output``: what a program prints; ``answer``: what a model writes; ``agents``: what agents of the tool's own
answer; ``server``: what a tool of an MCP server gives."""

_SOURCES: Final[tuple[tuple[Returns, re.Pattern[str]], ...]] = (
    (
        "page",
        late_pattern(
            r"bs4\.|selenium\.|playwright\.|trafilatura\.|newspaper\.|html2text\.|markdownify\."
            r"|crewai_tools\.(?:\w*Scrap\w*|\w*Crawl\w*|\w*Load\w*|\w*Unlocker\w*|URLReadTool|SpiderTool)\b"
        ),
    ),
    (
        "passages",
        late_pattern(
            r"chromadb\.|qdrant_client\.|weaviate\.|pinecone\.|faiss\.|lancedb\.|pymilvus\.|llama_index\."
            r"|langchain_(?:chroma|pinecone|qdrant|milvus|weaviate)\.|langchain\w*\.vectorstores\."
        ),
    ),
    (
        "answer",
        late_pattern(
            r"openai\.|anthropic\.|google\.genai\b|google\.generativeai\b|litellm\.|ollama\.|groq\.|mistralai\."
            r"|cohere\.|crewai\.LLM\b|langchain_(?:openai|anthropic|google_genai|groq|ollama|mistralai)\."
            r"|langchain\w*\.(?:chat_models|llms|chains)\."
        ),
    ),
    ("output", late_pattern(r"subprocess\.|os\.popen$|paramiko\.|docker\.|langchain_experimental\.")),
    ("server", late_pattern(r"mcp\.|fastmcp\.|mcpadapt\.")),
    (
        "request",
        late_pattern(
            r"requests\.|httpx\.|aiohttp\.|urllib\.request\.|urllib3\.|http\.client\.|boto3\.|googleapiclient\."
            r"|yfinance\.|feedparser\.|wikipedia\.|duckduckgo_search\.|ddgs\.|tavily\.|exa_py\.|serpapi\.|praw\."
            r"|tweepy\.|slack_sdk\.|notion_client\.|github\.|firecrawl\.|langchain\w*\.|crewai_tools\."
            r"|google\.|smtplib\.|imaplib\.|twilio\.|stripe\.|sendgrid\.|telegram\.|discord\.|jira\.|atlassian\."
            r"|simple_salesforce\.|gspread\.|azure\.|newsapi\.|googlesearch\.|arxiv\.|alpha_vantage\.|ccxt\."
            r"|youtube_transcript_api\.|yt_dlp\."
        ),
    ),
    (
        "query",
        late_pattern(
            r"sqlite3\.|psycopg\w*\.|pymysql\.|mysql\.|sqlalchemy\.|pymongo\.|duckdb\.|snowflake\.|pyodbc\."
            r"|asyncpg\.|redis\.|neo4j\.|elasticsearch\."
        ),
    ),
    (
        "file",
        late_pattern(
            r"open$|io\.open$|pandas\.read_|pypdf\.|PyPDF2\.|pdfplumber\.|fitz\.|docx\.|openpyxl\.|json\.load$"
            r"|csv\.(?:reader|DictReader)$|yaml\.(?:safe_)?load$|os\.(?:listdir|walk)$|glob\."
        ),
    ),
)
"""Where a value comes from, by the dotted name of what is called: the first that fits, so that part of a
package (``google.genai``) stands before the rest of it (``google``)."""

_METHODS: Final[Mapping[str, Returns]] = {
    "read_text": "file",
    "read_bytes": "file",
    "iterdir": "file",
    "rglob": "file",
    "fetchall": "query",
    "fetchmany": "query",
    "similarity_search": "passages",
    "similarity_search_with_score": "passages",
    "get_relevant_documents": "passages",
    "kickoff": "agents",
    "kickoff_async": "agents",
    "akickoff": "agents",
    "kickoff_for_each": "agents",
}
"""The same by the name of a method, of whatever it is called."""

_CALCULATING: Final = frozenset(
    {
        "re", "math", "json", "textwrap", "string", "datetime", "random", "statistics", "hashlib", "base64",
        "html", "itertools", "collections", "decimal", "uuid", "time", "unicodedata", "pprint", "ast",
        "operator", "numexpr", "sympy", "simpleeval", "asyncio", "pathlib", "os",
    }
)  # fmt: skip
"""Modules whose functions give back what they were given, in another shape."""


def origin_of(dotted: str | None) -> Returns | None:
    """Where what ``dotted`` returns comes from; ``None`` if its name does not say so."""
    return next((kind for kind, pattern in _SOURCES if dotted and pattern.match(dotted)), None)


def origin_of_method(name: str) -> Returns | None:
    """The same of the method ``name``."""
    return _METHODS.get(name)


def slowest(asked: Iterable[Returns]) -> Returns | None:
    """Of the places a tool asks, the one that takes longest; ``None`` if it asks none."""
    return max(asked, key=_SLOWNESS.index, default=None)


_SLOWNESS: Final[tuple[Returns, ...]] = (
    "file",
    "query",
    "passages",
    "server",
    "request",
    "output",
    "answer",
    "page",
    "agents",
)
"""From the fastest to the slowest."""


def calculates(dotted: str | None) -> bool:
    """Whether ``dotted`` only makes something of its arguments."""
    return dotted is not None and dotted.partition(".")[0] in _CALCULATING


@lru_cache(maxsize=8)
def imported(module: ast.Module) -> Mapping[str, str]:
    """What the names that ``module`` imports stand for, dotted, and those it gives what a call of them
    makes (``client = OpenAI()``). Found once for all its tools."""
    names: dict[str, str] = {}
    for one in ast.walk(module):
        names.update(_imported(one))
    for statement in module.body:
        if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Call):
            made = dotted_name(statement.value, names)
            for target in statement.targets:
                if made is not None and isinstance(target, ast.Name):
                    names.setdefault(target.id, made)
    return names


def _imported(node: ast.AST) -> Iterator[tuple[str, str]]:
    if isinstance(node, ast.Import):
        for one in node.names:
            yield (one.asname, one.name) if one.asname else (one.name.partition(".")[0],) * 2
    elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
        for one in node.names:
            yield one.asname or one.name, f"{node.module}.{one.name}"


def dotted_name(node: ast.expr, names: Mapping[str, str]) -> str | None:
    """The dotted name of what is called, through ``names``; ``None`` for a local value."""
    if isinstance(node, ast.Attribute):
        head = dotted_name(node.value, names)
        if head is None and isinstance(node.value, ast.Name) and node.value.id == "self":
            return names.get(f"self.{node.attr}")
        return None if head is None else f"{head}.{node.attr}"
    if isinstance(node, ast.Call):
        return dotted_name(node.func, names)
    if isinstance(node, ast.Name):
        return names.get(node.id, "open" if node.id == "open" else None)
    return None


def held_by(owner: ast.ClassDef, names: Mapping[str, str]) -> dict[str, str]:
    """What the attributes of a tool class are made of (``self.search``), as far as it is fetched from."""
    found: dict[str, str] = {}
    for node in ast.walk(owner):
        if isinstance(node, ast.AnnAssign):
            name, made = _attribute(node.target), [*ast.walk(node.annotation), *_made(node.value)]
        elif isinstance(node, ast.Assign):
            name, made = _attribute(node.targets[0]), _made(node.value)
        else:
            continue
        dotted = (dotted_name(one, names) for one in made if isinstance(one, ast.Name | ast.Attribute))
        origin = next((one for one in dotted if origin_of(one) is not None), None)
        if name is not None and origin is not None:
            found.setdefault(f"self.{name}", origin)
    return found


def _made(value: ast.expr | None) -> list[ast.AST]:
    """The parts of a value that may name what it is made of: what is called, and factories."""
    calls = [one for one in ast.walk(value) if isinstance(one, ast.Call)] if value is not None else []
    return [part for one in calls for part in (one.func, *(key.value for key in one.keywords))]


def _attribute(target: ast.expr) -> str | None:
    """The name of an attribute of the tool that is given a value."""
    if isinstance(target, ast.Name):
        return target.id
    if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) and target.value.id == "self":
        return target.attr
    return None
