"""Random Python with calls of every layout, and random changes to it."""

from __future__ import annotations

import ast
import textwrap
from typing import Any

from hypothesis import strategies as st

from crewprof.findings import (
    Change,
    DeleteText,
    Expression,
    InsertItem,
    MoveEntry,
    RemoveEntry,
    RenameKey,
    SetValue,
)
from crewprof.source.node import MappingNode, Node, SequenceNode

PATH = "f.py"
WORDS = (
    "Write it.",
    "Cook well.",
    "déjà vu 😀.",
    "It's \\\\ fine.",
    "Say no # more.",
    "a, b (c)",
    "{topic} now.",
)
KEYS = ("role", "goal", "llm", "verbose", "tools", "max_iter", "config")
NAMES = (
    "plan",
    "serve",
    "self.cook()",
    "os.environ['K']",
    "x.y",
    "not a",
    "a if b else c",
    "lambda z=1: (z, z)",
)
COMMENTS = ('# why, (not] "this"', "# ünï", "#")
VALUES: tuple[Any, ...] = (
    True,
    None,
    3,
    -0.5,
    "writer",
    'say "hi"',
    "it's\tnew",
    "déjà 😀",
    "two\nlines\n",
    "back\\slash",
    "",
    [],
    ["alpha", "it's"],
    [Expression("plan"), Expression("self.cook()")],
    Expression('LLM(model="m", max_tokens=3)'),
    {"k": 1},
)

texts = st.lists(st.sampled_from(WORDS), min_size=1, max_size=4)


@st.composite
def plain_strings(draw: st.DrawFn) -> str:
    """One literal or several beside each other, no f-string."""
    words = draw(texts)
    kind = draw(st.integers(0, 9))
    quote = draw(st.sampled_from(("'", '"')))
    body = " ".join(words).replace("'", "")
    if kind < 4:
        return f"{draw(st.sampled_from(('', '', '', 'r', 'u', 'R')))}{quote}{body}{quote}"
    if kind == 4:
        return f"{quote * 3}{(chr(10) + '    ').join(words)}{quote * 3}"
    if kind == 5:
        return f"{quote * 3}\n    {(chr(10) + '      ').join(words)}\n\n    {quote * 3}"
    if kind == 6:
        inner = textwrap.indent("\n".join([*words, "", *words[:1]]), "        ")
        name = draw(st.sampled_from(("dedent", "textwrap.dedent")))
        strip = draw(st.sampled_from(("", ".strip()", ".rstrip()")))
        return f"{name}({quote * 3}\\\n{inner}\n    {quote * 3}){strip}"
    if kind == 7:
        return "(" + "\n    ".join(f"{quote}{word.replace(quote, '')} {quote}" for word in words) + ")"
    if kind == 8:
        return " + ".join(f"{quote}{word.replace(quote, '')} {quote}" for word in words)
    return f"{quote}{body} \\\n  {body}\\n\\u00e9\\x41\\101{quote}"


other_values = st.one_of(
    st.sampled_from(NAMES),
    st.sampled_from(
        ("1", "-2.5", "True", "None", "1_000", "b'x'", "...", "(1, 2)", "{}", "{'a': 1, **b}", "{1}")
    ),
    st.sampled_from(('f"of {topic} it"', "f'''a\n {b}'''", '"a" f"{b}"', '"%s" % a', '"{}".format(a)')),
    st.sampled_from(("[z for z in y if f(z)]", "f(z for z in y)", "(yield)", "[*a, b]", "x[1:2]")),
)


@st.composite
def values(draw: st.DrawFn, depth: int = 2) -> str:
    kind = draw(st.integers(0, 9))
    if depth and kind < 2:
        return draw(calls(depth - 1))
    if depth and kind < 4:
        return draw(collections(depth - 1))
    made = draw(plain_strings() if kind < 8 else other_values)
    return f"({made})" if draw(st.integers(0, 7)) == 0 else made


def between_brackets(draw: st.DrawFn, items: list[str], closing: str) -> str:
    """Items with commas, line breaks and comments, one line or many."""
    layout = draw(st.integers(0, 3))
    trailing = "," if draw(st.booleans()) and items else ""
    if layout == 0:
        return ", ".join(items) + trailing + closing
    comments = [draw(st.sampled_from(("", "", "", *COMMENTS))) for _ in items]
    if layout == 1:
        return ",\n         ".join(items) + closing
    indent = draw(st.sampled_from(("    ", "\t", "  ")))
    lines = [
        f"{item}{',' if index < len(items) - 1 else trailing}{'  ' + comment if comment else ''}"
        for index, (item, comment) in enumerate(zip(items, comments, strict=True))
    ]
    above = draw(st.sampled_from(("", "", f"{indent}# above\n")))
    if layout == 3 and draw(st.booleans()):
        lines = [f"{line}\n" for line in lines]
    return f"\n{above}" + "".join(f"{indent}{line}\n" for line in lines) + closing


@st.composite
def calls(draw: st.DrawFn, depth: int = 2) -> str:
    name = draw(st.sampled_from(("Agent", "Task", "crewai.Crew", "(f)", "made()", "x[0]")))
    count = draw(st.integers(0, 5))
    keys = draw(st.permutations(KEYS))[:count]
    space = draw(st.sampled_from(("", "", " ")))
    positional = [draw(values(depth)) for _ in range(draw(st.sampled_from((0, 0, 0, 1, 2))))]
    arguments = [f"{key}{space}={space}{draw(values(depth))}" for key in keys]
    splats = draw(st.sampled_from(([], [], [], ["*more"], ["**rest"])))
    items = [*positional, *arguments, *splats]
    return f"{name}({between_brackets(draw, items, ')')}"


@st.composite
def collections(draw: st.DrawFn, depth: int) -> str:
    if draw(st.integers(0, 3)) == 0:
        keys = draw(st.permutations(("a", "b c", "d")))[: draw(st.integers(0, 3))]
        pairs = [f"'{key}': {draw(values(depth))}" for key in keys]
        return f"{{{between_brackets(draw, pairs, '}')}"
    items = [draw(values(depth)) for _ in range(draw(st.integers(0, 4)))]
    return f"[{between_brackets(draw, items, ']')}"


@st.composite
def modules(draw: st.DrawFn) -> str:
    """A module; every expression is between brackets or on one line, so that it parses at any place."""
    blocks = ['"""A crew."""', "from crewai import Agent, Task"]
    for index in range(draw(st.integers(1, 3))):
        call = draw(calls())
        kind = draw(st.integers(0, 4))
        if kind == 0:
            blocks.append(f"def make_{index}(self, a='x', *, b=1):\n    return ({call})")
        elif kind == 1:
            blocks.append(f"class C{index}:\n    @agent\n    def cook(self):\n        return ({call}) # end")
        elif kind == 2:
            blocks.append(f"if a:\n\tb = ({call}); c = 1")
        else:
            blocks.append(f"made_{index} = {call}")
        blocks.append(draw(st.sampled_from(("", "# between", "print('é', made)"))))
    return "\n".join(blocks) + draw(st.sampled_from(("", "\n")))


def nodes_of(node: Node) -> list[Node]:
    found = [node]
    if isinstance(node, MappingNode):
        for entry in node.entries:
            found += nodes_of(entry.value)
    elif isinstance(node, SequenceNode):
        for item in node.items:
            found += nodes_of(item)
    return found


def is_call(node: Node) -> bool:
    return isinstance(node.value, dict) and "()" in node.value


@st.composite
def changes(draw: st.DrawFn, root: Node) -> Change:
    """One change to a call, list, mapping or text; it may still be one to refuse."""
    editable = [
        node
        for node in nodes_of(root)
        if isinstance(node, MappingNode | SequenceNode) and node.style == "flow"
    ]
    parent = draw(st.sampled_from(editable))
    lists = [node for node in editable if isinstance(node, SequenceNode)]
    entries = parent.entries if isinstance(parent, MappingNode) else ()
    below = [entry.value for entry in entries] if isinstance(parent, MappingNode) else list(parent.items)
    words = [
        node for node in nodes_of(root) if isinstance(node.value, str) and node.style in ("literal", "shaped")
    ]
    kinds = ["add"] * isinstance(parent, MappingNode)
    kinds += ["set", "remove", "move"] * bool(below) + ["insert"] * bool(lists) + ["cut", "cut"] * bool(words)
    kinds += ["rename"] * (bool(below) and isinstance(parent, MappingNode))
    if not kinds:
        return SetValue(PATH, (*parent.route, 0), 1)
    kind = draw(st.sampled_from(kinds))
    value = draw(st.sampled_from(VALUES))
    if kind == "add":
        key = draw(st.sampled_from(("new_key", "context")))
        names = [entry.key.value for entry in entries if isinstance(entry.key.value, str)]
        before = draw(st.sampled_from([None, *names]))
        return SetValue(PATH, (*parent.route, key), value, before)
    if kind == "insert":
        listed = draw(st.sampled_from(lists))
        return InsertItem(PATH, listed.route, draw(st.integers(0, len(listed.items))), value)
    if kind == "cut":
        node = draw(st.sampled_from(words))
        return DeleteText(PATH, node.route, draw(stretches(str(node.value))))
    route = draw(st.sampled_from(below)).route
    if kind == "set":
        return SetValue(PATH, route, value)
    if kind == "remove":
        return RemoveEntry(PATH, route)
    if kind == "rename":
        return RenameKey(PATH, route, draw(st.sampled_from(("renamed", "new key"))))
    return MoveEntry(PATH, route, draw(st.integers(0, len(below) - 1)))


@st.composite
def stretches(draw: st.DrawFn, text: str) -> str:
    found = [word for word in WORDS if text.count(word) == 1]
    if draw(st.booleans()) and found:
        return draw(st.sampled_from(found))
    start = draw(st.integers(0, max(len(text) - 1, 0)))
    return text[start : draw(st.integers(start + 1, max(len(text), start + 1)))] or "x"


def node_at(tree: ast.AST, route: tuple[Any, ...]) -> Any:
    """The node of the syntax tree at a route, by the plainest code."""
    node: Any = tree
    for part in route:
        if isinstance(node, list):
            node = node[part]
        elif isinstance(node, ast.Call):
            if part == "()":
                node = node.func
            elif isinstance(part, int):
                node = node.args[part]
            else:
                node = next(one.value for one in node.keywords if (one.arg or "**") == part)
        elif isinstance(node, ast.List):
            node = node.elts[part]
        elif isinstance(node, ast.Dict):
            node = node.values[[getattr(key, "value", None) for key in node.keys].index(part)]
        else:
            node = getattr(node, part)
    return node


def put(tree: ast.AST, route: tuple[Any, ...], new: Any) -> None:
    """Put ``new`` where the route leads."""
    parent, part = node_at(tree, route[:-1]), route[-1]
    if isinstance(parent, list):
        parent[part] = new
    elif isinstance(parent, ast.Call) and isinstance(part, int):
        parent.args[part] = new
    elif isinstance(parent, ast.Call):
        next(one for one in parent.keywords if (one.arg or "**") == part).value = new
    elif isinstance(parent, ast.List):
        parent.elts[part] = new
    elif isinstance(parent, ast.Dict):
        parent.values[[getattr(key, "value", None) for key in parent.keys].index(part)] = new
    else:
        setattr(parent, part, new)


def expression(value: Any) -> ast.expr:
    """The tree of a value."""
    if isinstance(value, Expression):
        return ast.parse(value.source, mode="eval").body
    if isinstance(value, list):
        return ast.List([expression(item) for item in value], ast.Load())
    if isinstance(value, dict):
        return ast.Dict([ast.Constant(key) for key in value], [expression(one) for one in value.values()])
    return ast.parse(repr(value), mode="eval").body
