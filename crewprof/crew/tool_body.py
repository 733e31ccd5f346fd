"""What a custom tool gives back, as far as its own source shows: a fixed text, or what it fetched.

Only the function and the functions it calls in the same module are read. A value counts as fetched when it
comes out of a call that asks the network, a file, a database or another tool; what is taken of it in a few
characters (a status code, a length) does not.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from crewprof.late_patterns import late_pattern
from crewprof.quick_dataclasses import dataclass, field

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator, Mapping

Returns: TypeAlias = Literal["literal", "short", "request", "page", "file", "query", "unknown"]
"""``literal``: a text that stands in the source; ``short``: a few values in such a text; ``request``: what
a service answers; ``page``: the text of a web page; ``file``: a file's content; ``query``: rows of a
database."""

_SOURCES: Final[tuple[tuple[Returns, re.Pattern[str]], ...]] = (
    (
        "page",
        late_pattern(
            r"bs4\.|selenium\.|playwright\.|trafilatura\.|newspaper\.|html2text\.|markdownify\."
            r"|crewai_tools\.(?:\w*Scrap\w*|\w*Crawl\w*|\w*Load\w*|\w*Unlocker\w*|URLReadTool|SpiderTool)\b"
        ),
    ),
    (
        "request",
        late_pattern(
            r"requests\.|httpx\.|aiohttp\.|urllib\.request\.|urllib3\.|http\.client\.|boto3\.|googleapiclient\."
            r"|yfinance\.|feedparser\.|wikipedia\.|duckduckgo_search\.|ddgs\.|tavily\.|exa_py\.|serpapi\.|praw\."
            r"|tweepy\.|slack_sdk\.|notion_client\.|github\.|firecrawl\.|langchain\w*\.|crewai_tools\."
            r"|openai\.|anthropic\.|google\.|litellm\.|subprocess\.|paramiko\."
        ),
    ),
    (
        "query",
        late_pattern(
            r"sqlite3\.|psycopg\w*\.|pymysql\.|mysql\.|sqlalchemy\.|pymongo\.|duckdb\.|snowflake\.|pyodbc\."
            r"|asyncpg\.|redis\.|neo4j\.|chromadb\.|qdrant_client\.|weaviate\.|pinecone\.|elasticsearch\."
        ),
    ),
    (
        "file",
        late_pattern(
            r"open$|io\.open$|pandas\.read_|pypdf\.|PyPDF2\.|pdfplumber\.|fitz\.|docx\.|openpyxl\.|json\.load$"
            r"|csv\.(?:reader|DictReader)$|yaml\.(?:safe_)?load$|pathlib\.Path$|os\.(?:listdir|walk)$|glob\."
        ),
    ),
)
"""Where a value comes from, by the dotted name of what is called."""

_BRIEF: Final = frozenset(
    {"status_code", "ok", "reason", "id", "name", "url", "len", "bool", "sum", "exists", "is_file", "count"}
)
"""What takes but a few characters of a value."""

_READERS: Final = frozenset({"read_text", "read_bytes", "fetchall", "fetchone", "fetchmany"})
_MOST_FUNCTIONS: Final = 20
_STRENGTH: Final[tuple[Returns, ...]] = ("literal", "short", "unknown", "query", "request", "file", "page")
"""Of several returns the last of these counts."""


@dataclass(frozen=True, slots=True)
class ToolBody:
    """What a tool returns. ``characters``: of the longest text that stands in the source to be returned."""

    returns: Returns
    characters: int = 0


@dataclass
class _Reader:
    """Reads the functions of one module. ``imports``: what names stand for, dotted."""

    imports: Mapping[str, str]
    functions: Mapping[str, ast.FunctionDef | ast.AsyncFunctionDef]
    texts: Mapping[str, ast.expr]
    read: dict[str, ToolBody] = field(default_factory=dict)

    def function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> ToolBody:
        """What ``node`` returns; a function that calls itself adds nothing."""
        if node.name in self.read or len(self.read) >= _MOST_FUNCTIONS:
            return self.read.get(node.name, ToolBody("unknown"))
        # Set before its body is read: a function that calls itself adds nothing to what it returns.
        self.read[node.name] = ToolBody("literal")
        kinds = self._names(node)
        found = [self._value(one.value, kinds) for one in _own_nodes(node) if isinstance(one, ast.Return)]
        result = _strongest(found) if found else ToolBody("unknown")
        self.read[node.name] = result
        return result

    def _names(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> dict[str, ToolBody]:
        """What the local names hold; parameters hold a few values each."""
        given = node.args
        kinds = {
            one.arg: ToolBody("short")
            for one in [*given.posonlyargs, *given.args, *given.kwonlyargs]
            if one.arg != "self"
        }
        for statement in _own_nodes(node):
            for name, value in _bindings(statement):
                known = kinds.get(name, ToolBody("literal"))
                kinds[name] = _strongest([known, self._value(value, kinds)])
        return kinds

    def _value(self, node: ast.expr | None, kinds: Mapping[str, ToolBody]) -> ToolBody:
        """What the value of an expression is."""
        if node is None:
            return ToolBody("literal")
        if isinstance(node, ast.Constant):
            return ToolBody("literal", len(str(node.value)))
        if isinstance(node, ast.Name):
            if node.id in self.texts and node.id not in kinds:
                return self._value(self.texts[node.id], kinds)
            return kinds.get(node.id, ToolBody("unknown"))
        if isinstance(node, ast.Call):
            return self._call(node, kinds)
        if isinstance(node, ast.Attribute):
            held = self._value(node.value, kinds)
            return ToolBody("short") if node.attr in _BRIEF and held.returns != "unknown" else held
        return self._parts(node, kinds)

    def _parts(self, node: ast.expr, kinds: Mapping[str, ToolBody]) -> ToolBody:
        """A value made of others: as much as they are together, of texts in the source their sum."""
        inner = {**kinds, **self._bound_in(node, kinds)}
        found = [self._value(one, inner) for one in ast.iter_child_nodes(node) if isinstance(one, ast.expr)]
        if not found:
            return ToolBody("unknown")
        whole = _strongest(found)
        return ToolBody(whole.returns, sum(one.characters for one in found))

    def _bound_in(self, node: ast.expr, kinds: Mapping[str, ToolBody]) -> dict[str, ToolBody]:
        """What the names of a comprehension hold."""
        if not isinstance(node, ast.ListComp | ast.GeneratorExp | ast.SetComp | ast.DictComp):
            return {}
        bound: dict[str, ToolBody] = {}
        for one in node.generators:
            held = self._value(one.iter, {**kinds, **bound})
            bound.update(dict.fromkeys(_targets(one.target), held))
        return bound

    def _call(self, node: ast.Call, kinds: Mapping[str, ToolBody]) -> ToolBody:
        called = node.func
        name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
        given = [self._value(one, kinds) for one in [*node.args, *(key.value for key in node.keywords)]]
        if name in _BRIEF:
            return ToolBody("short")
        dotted = self._dotted(called)
        source = next((kind for kind, pattern in _SOURCES if dotted and pattern.match(dotted)), None)
        if source is not None:
            return _strongest([ToolBody(source), *given])
        if isinstance(called, ast.Attribute) and name in _READERS:
            return ToolBody("query" if name.startswith("fetch") else "file")
        helper = self.functions.get(name)
        if helper is not None:
            return self.function(helper)
        if isinstance(called, ast.Attribute):
            held = self._value(called.value, kinds)
            return _strongest([held, *given])
        return _strongest(given) if name in _MAKERS else ToolBody("unknown")

    def _dotted(self, node: ast.expr) -> str | None:
        """The dotted name of what is called, through the module's imports; ``None`` for a local value."""
        if isinstance(node, ast.Attribute):
            head = self._dotted(node.value)
            return None if head is None else f"{head}.{node.attr}"
        if isinstance(node, ast.Call):
            return self._dotted(node.func)
        if isinstance(node, ast.Name):
            return self.imports.get(node.id, "open" if node.id == "open" else None)
        return None


_MAKERS: Final = frozenset({"str", "dict", "list", "sorted", "set", "tuple", "round", "float", "int", "repr"})


def tool_body(
    node: ast.FunctionDef | ast.AsyncFunctionDef, module: ast.Module, owner: ast.ClassDef | None = None
) -> ToolBody:
    """What the function ``node`` of ``module`` returns; ``owner`` is the class whose methods it may call."""
    imports: dict[str, str] = {}
    functions: dict[str, ast.FunctionDef | ast.AsyncFunctionDef] = {}
    texts: dict[str, ast.expr] = {}
    for one in ast.walk(module):
        imports.update(_imported(one))
    for one in [*module.body, *(owner.body if owner is not None else ())]:
        if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef):
            functions[one.name] = one
        texts.update((name, value) for name, value in _bindings(one) if isinstance(value, ast.Constant))
    try:
        return _Reader(imports, functions, texts).function(node)
    except RecursionError:
        return ToolBody("unknown")


def _imported(node: ast.AST) -> Iterator[tuple[str, str]]:
    if isinstance(node, ast.Import):
        for one in node.names:
            yield (one.asname, one.name) if one.asname else (one.name.partition(".")[0],) * 2
    elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
        for one in node.names:
            yield one.asname or one.name, f"{node.module}.{one.name}"


def _own_nodes(node: ast.AST) -> Iterator[ast.AST]:
    """Everything in a function, in order, but what belongs to functions defined inside it."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            continue
        yield child
        yield from _own_nodes(child)


def _bindings(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """Names a statement gives a value, with that value."""
    if isinstance(node, ast.Assign):
        for target in node.targets:
            yield from ((name, node.value) for name in _targets(target))
    elif isinstance(node, ast.AnnAssign | ast.AugAssign | ast.NamedExpr) and node.value is not None:
        yield from ((name, node.value) for name in _targets(node.target))
    elif isinstance(node, ast.For | ast.AsyncFor):
        yield from ((name, node.iter) for name in _targets(node.target))
    elif isinstance(node, ast.withitem) and node.optional_vars is not None:
        yield from ((name, node.context_expr) for name in _targets(node.optional_vars))
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
        yield from _added(node.func, node.args[0])


def _added(method: ast.Attribute, value: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """What a list is extended by, or a buffer gets written."""
    if method.attr in ("append", "extend", "write", "add", "update"):
        yield from ((name, value) for name in _targets(method.value))


def _targets(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Name):
        yield node.id
    elif isinstance(node, ast.Tuple | ast.List):
        for one in node.elts:
            yield from _targets(one)
    elif isinstance(node, ast.Subscript | ast.Starred):
        yield from _targets(node.value)


def _strongest(found: list[ToolBody]) -> ToolBody:
    """The kind that counts of several, with the longest text of the source."""
    if not found:
        return ToolBody("short")
    kind = max((one.returns for one in found), key=_STRENGTH.index)
    return ToolBody(kind, max(one.characters for one in found))
