"""Hypothesis strategies for Python programs, from a grammar: statements, expressions, functions, classes.

Names are few, so that statements act on what earlier ones made; about as many expressions raise as in
programs that were written carelessly. Every loop ends.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Callable

NAMES = ("a", "b", "c", "d", "e")
NUMBERS = ("0", "1", "2", "3", "-1", "7", "10", "2.5", "True", "False")
WORDS = (
    "''",
    "'x'",
    "'ab'",
    "'A b c'",
    "'one,two'",
    "'k'",
    '"it\'s"',
    "' pad '",
    "'ß'",
    "'{} and {}'",
    "'%s-%s'",
)
KEYS = ("'x'", "'k'", "'ab'", "1", "0")
VIEWS = ("", ".keys()", ".values()", ".items()")
VARIABLE = "CREWPROF_MODEL"

INTEGERS, TEXTS, LISTS, DICTS, ANY = "int", "str", "list", "dict", "any"


@dataclass
class Scope:
    """What a statement may use: names that are bound, by their likely type, functions and classes."""

    names: dict[str, str] = field(default_factory=dict)
    functions: dict[str, int] = field(default_factory=dict)
    classes: list[str] = field(default_factory=list)
    objects: list[str] = field(default_factory=list)
    depth: int = 0
    in_loop: bool = False
    in_function: bool = False
    is_generator: bool = False
    with_environment: bool = False
    counter: list[int] = field(default_factory=lambda: [0])

    def inner(self, **changes: bool) -> Scope:
        """The scope of a block in this one."""
        made = Scope(
            self.names,
            self.functions,
            self.classes,
            self.objects,
            self.depth + 1,
            self.in_loop,
            self.in_function,
            self.is_generator,
            self.with_environment,
            self.counter,
        )
        for name, value in changes.items():
            setattr(made, name, value)
        return made

    def function(self) -> Scope:
        """The scope of a function in this one: it sees the names, and binds its own."""
        made = self.inner(in_loop=False, in_function=True, is_generator=False)
        made.names = dict(self.names)
        made.objects = list(self.objects)
        return made

    def fresh(self, letter: str) -> str:
        """A name that is nowhere else."""
        self.counter[0] += 1
        return f"{letter}{self.counter[0]}"

    def of(self, kind: str) -> list[str]:
        """Names that likely hold a value of a type."""
        return [name for name, known in self.names.items() if kind in (ANY, known)]


def pick(draw: st.DrawFn, options: list[str] | tuple[str, ...]) -> str:
    return draw(st.sampled_from(list(options)))


def chance(draw: st.DrawFn, one_in: int) -> bool:
    return draw(st.integers(1, one_in)) == 1


# Expressions


def expression(draw: st.DrawFn, scope: Scope, kind: str = ANY, depth: int = 0) -> str:
    """An expression that likely gives a value of a type."""
    if kind == ANY:
        kind = pick(draw, (INTEGERS, INTEGERS, TEXTS, TEXTS, LISTS, DICTS))
    if depth < 3 and chance(draw, 12):
        return special(draw, scope, kind, depth + 1)
    known = scope.of(kind)
    if (known and draw(st.integers(0, 2)) > 0 and depth > 0) or (known and depth >= 3):
        return pick(draw, known)
    makers = {INTEGERS: integer, TEXTS: text, LISTS: listed, DICTS: mapping}
    return makers[kind](draw, scope, depth + 1)


def integer(draw: st.DrawFn, scope: Scope, depth: int) -> str:
    if depth >= 3:
        return pick(draw, NUMBERS)
    one = partial(expression, draw, scope, INTEGERS, depth)
    items = partial(expression, draw, scope, LISTS, depth)
    words = partial(expression, draw, scope, TEXTS, depth)
    forms: tuple[Callable[[], str], ...] = (
        lambda: pick(draw, NUMBERS),
        lambda: f"({one()} {pick(draw, ('+', '-', '*', '//', '%'))} {one()})",
        lambda: f"len({pick(draw, (items(), words()))})",
        lambda: f"sum({items()})",
        lambda: f"{pick(draw, ('min', 'max'))}({items()}, default={one()})",
        lambda: f"{words()}.{pick(draw, ('count', 'find', 'index'))}({words()})",
        lambda: f"{items()}.{pick(draw, ('index', 'count'))}({one()})",
        lambda: f"{items()}[{one()}]",
        lambda: f"int({pick(draw, (words(), one()))})",
        lambda: f"(-{one()})",
        lambda: f"{pick(draw, ('abs', 'round', 'int', 'bool'))}({one()})",
        lambda: f"({comparison(draw, scope, depth)})",
        lambda: f"{expression(draw, scope, DICTS, depth)}.get({pick(draw, KEYS)}, {one()})",
        lambda: f"(lambda p, q={one()}: p + q)({one()})",
        lambda: f"(w := {one()})",
        lambda: f"[*{items()}, {one()}][-1]",
        lambda: f"divmod({one()}, {one()})[0]",
        lambda: f"any(z == {one()} for z in {items()})",
        lambda: f"all(z for z in {items()})",
    )
    return draw(st.sampled_from(forms))()


def text(draw: st.DrawFn, scope: Scope, depth: int) -> str:
    if depth >= 3:
        return pick(draw, WORDS)
    one = partial(expression, draw, scope, TEXTS, depth)
    any_ = partial(expression, draw, scope, ANY, depth)
    number = partial(expression, draw, scope, INTEGERS, depth)
    method = ("strip", "upper", "lower", "title", "capitalize", "swapcase", "lstrip", "casefold")
    spec = ("", "!r", "!s", ":>5", ":*^7", "!s:<4")
    forms: tuple[Callable[[], str], ...] = (
        lambda: pick(draw, WORDS),
        lambda: f"({one()} + {one()})",
        lambda: f"({one()} * {pick(draw, ('0', '2', '3'))})",
        lambda: f"{one()}.{pick(draw, method)}()",
        lambda: f"{one()}.replace({one()}, {one()})",
        lambda: f"{one()}.join({expression(draw, scope, LISTS, depth)})",
        lambda: f"','.join(str(z) for z in {expression(draw, scope, LISTS, depth)})",
        lambda: (
            f"f{quoted('{' + unquoted(any_()) + pick(draw, spec) + '} ' + 'is {' + unquoted(number()) + '}')}"
        ),
        lambda: f"str({any_()})",
        lambda: f"repr({any_()})",
        lambda: f"'{{}}:{{}}'.format({any_()}, {number()})",
        lambda: f"{one()}.format({any_()}, {any_()})",
        lambda: f"('%s/%s' % ({any_()}, {number()}))",
        lambda: f"({one()} % ({any_()}, {any_()}))",
        lambda: f"{one()}[{pick(draw, ('0', '-1', '1:', ':2', '::-1', '5'))}]",
        lambda: f"({one()} if {comparison(draw, scope, depth)} else {one()})",
        lambda: f"({one()} {pick(draw, ('or', 'and'))} {one()})",
        lambda: f"{one()}.{pick(draw, ('center', 'ljust', 'zfill'))}({pick(draw, ('4', '6'))})",
        lambda: f"{one()}.{pick(draw, ('partition', 'split'))}({pick(draw, WORDS[1:6])})[0]",
        lambda: f"textwrap.dedent({one()})",
        lambda: f"json.dumps({any_()})",
    )
    return draw(st.sampled_from(forms))()


def unquoted(source: str) -> str:
    """An expression that can stand in an f-string of Python 3.11: without the quotes around it."""
    return f"({source})" if '"' not in source and "\\" not in source and "{" not in source else "1"


def quoted(source: str) -> str:
    return f'"{source}"'


def listed(draw: st.DrawFn, scope: Scope, depth: int) -> str:
    if depth >= 3:
        return pick(draw, ("[]", "[1, 2, 3]", "['x', 'ab']", "[3, 1, 2]", "(1, 2)"))
    one = partial(expression, draw, scope, LISTS, depth)
    any_ = partial(expression, draw, scope, ANY, depth)
    number = partial(expression, draw, scope, INTEGERS, depth)
    forms: tuple[Callable[[], str], ...] = (
        lambda: f"[{any_()}, {any_()}]",
        lambda: f"[{number()}, {number()}, {number()}]",
        lambda: f"({any_()}, {any_()})",
        lambda: f"[*{one()}, {any_()}]",
        lambda: f"[z for z in {one()}]",
        lambda: f"[z * 2 for z in {one()} if {pick(draw, ('z', 'z != 1', 'bool(z)'))}]",
        lambda: f"[(y, z) for y in {one()} for z in {one()}]",
        lambda: f"list({pick(draw, (one(), 'range(4)', expression(draw, scope, TEXTS, depth)))})",
        lambda: f"sorted({one()}{pick(draw, ('', ', reverse=True', ', key=str', ', key=lambda z: -z'))})",
        lambda: f"list(reversed({one()}))",
        lambda: f"({one()} + {one()})",
        lambda: f"{one()}[{pick(draw, ('1:', ':-1', '::2', '::-1', '0:1'))}]",
        lambda: f"list(enumerate({one()}{pick(draw, ('', ', 1', ', start=2'))}))",
        lambda: f"list(zip({one()}, {one()}))",
        lambda: f"list(map({pick(draw, ('str', 'bool', 'lambda z: (z, z)'))}, {one()}))",
        lambda: f"[z for z in filter({pick(draw, ('None', 'lambda z: z != 1'))}, {one()})]",
        lambda: f"{expression(draw, scope, TEXTS, depth)}.split({pick(draw, ('', repr(','), repr(' ')))})",
        lambda: f"list({expression(draw, scope, DICTS, depth)}{pick(draw, VIEWS)})",
        lambda: f"sorted({{{number()}, {number()}, {number()}}})",
        lambda: f"sorted(set({one()}) {pick(draw, ('|', '&', '-', '^'))} {{1, 2, 'x'}}, key=str)",
        lambda: f"copy.deepcopy({one()})",
        lambda: f"{one()}.copy()",
        lambda: f"list(itertools.chain({one()}, {one()}))",
        lambda: f"({one()} * {pick(draw, ('0', '2'))})",
    )
    return draw(st.sampled_from(forms))()


def mapping(draw: st.DrawFn, scope: Scope, depth: int) -> str:
    if depth >= 3:
        return pick(draw, ("{}", "{'x': 1}", "{'k': 'v', 1: 2}"))
    one = partial(expression, draw, scope, DICTS, depth)
    any_ = partial(expression, draw, scope, ANY, depth)

    def key() -> str:
        return pick(draw, (*KEYS, expression(draw, scope, TEXTS, depth)))

    forms: tuple[Callable[[], str], ...] = (
        lambda: f"{{{key()}: {any_()}, {key()}: {any_()}}}",
        lambda: f"dict(x={any_()}, k={any_()})",
        lambda: f"{{**{one()}, {key()}: {any_()}}}",
        lambda: f"({one()} | {one()})",
        lambda: f"{{z: len(str(z)) for z in {expression(draw, scope, LISTS, depth)}}}",
        lambda: f"{{str(y): z for y, z in {one()}.items()}}",
        lambda: (
            f"dict(zip({expression(draw, scope, LISTS, depth)}, {expression(draw, scope, LISTS, depth)}))"
        ),
        lambda: f"dict.fromkeys({expression(draw, scope, LISTS, depth)})",
        lambda: f"{one()}.copy()",
        lambda: f"copy.copy({one()})",
        lambda: f"json.loads(json.dumps({one()}))",
    )
    return draw(st.sampled_from(forms))()


def comparison(draw: st.DrawFn, scope: Scope, depth: int = 1) -> str:
    """A test."""
    kind = pick(draw, (INTEGERS, TEXTS, LISTS))
    left = expression(draw, scope, kind, depth + 1)
    right = expression(draw, scope, kind, depth + 1)
    item = expression(draw, scope, ANY, depth + 1)
    forms = (
        f"{left} {pick(draw, ('==', '!=', '<', '<=', '>', '>='))} {right}",
        f"{item} {pick(draw, ('in', 'not in'))} {expression(draw, scope, LISTS, depth + 1)}",
        f"not {left}",
        left,
        f"{left} is {pick(draw, ('', 'not '))}None",
        f"isinstance({item}, {pick(draw, ('int', 'str', '(list, tuple)', 'dict', 'bool', 'float'))})",
        f"0 <= {expression(draw, scope, INTEGERS, depth + 1)} < 5",
    )
    if scope.with_environment and chance(draw, 3):
        return environment_test(draw)
    return pick(draw, forms)


def environment_test(draw: st.DrawFn) -> str:
    return pick(
        draw,
        (
            f"os.getenv('{VARIABLE}') == 'x'",
            f"os.getenv('{VARIABLE}')",
            f"not os.environ.get('{VARIABLE}')",
            f"os.getenv('{VARIABLE}', 'x') == 'x'",
            f"len(os.getenv('{VARIABLE}', '')) > 1",
        ),
    )


def special(draw: st.DrawFn, scope: Scope, kind: str, depth: int) -> str:
    """A call of a function of the program, an attribute of an object, or what the environment says."""
    forms: list[str] = []
    for name, count in scope.functions.items():
        given = ", ".join(expression(draw, scope, ANY, 3) for _ in range(draw(st.integers(0, count + 1))))
        forms.append(f"{name}({given})")
    parts = ("p", "q", "m(1)", "m(2, 3)", "total", "r")
    forms += [f"{name}.{pick(draw, parts)}" for name in scope.objects]
    forms += [f"{name}.{pick(draw, ('q', 'kind', 'p'))}" for name in scope.classes]
    if scope.with_environment:
        forms.append(f"os.getenv('{VARIABLE}', {pick(draw, WORDS)})")
        forms.append(f"(os.getenv('{VARIABLE}') or {pick(draw, WORDS)})")
    if not forms:
        return expression(draw, scope, kind, 3)
    return pick(draw, forms)


# Statements


def block(draw: st.DrawFn, scope: Scope, least: int = 1, most: int = 3) -> list[str]:
    """The lines of a block."""
    lines: list[str] = []
    for _ in range(draw(st.integers(least, most))):
        lines.extend(statement(draw, scope))
    return lines


def indented(lines: list[str]) -> list[str]:
    return [f"    {line}" for line in lines]


def statement(draw: st.DrawFn, scope: Scope) -> list[str]:
    """The lines of one statement."""
    simple = (assignment, assignment, assignment, augmented, method_call, method_call, item_change, unpacking)
    nested = (
        branch,
        branch,
        loop,
        loop,
        counted_loop,
        attempt,
        definition,
        class_definition,
        matching,
        context,
    )
    leaving = (leave,)
    choices = list(simple)
    if scope.depth < 3:
        choices += list(nested)
    if scope.in_loop or scope.in_function or chance(draw, 30):
        choices += list(leaving)
    if scope.objects:
        choices += [attribute_change]
    if chance(draw, 8):
        choices += [deletion, assertion]
    return draw(st.sampled_from(choices))(draw, scope)


def assignment(draw: st.DrawFn, scope: Scope) -> list[str]:
    kind = pick(draw, (INTEGERS, TEXTS, LISTS, DICTS))
    source = expression(draw, scope, kind)
    name = pick(draw, NAMES)
    alias = scope.of(kind)
    if alias and chance(draw, 6):
        source = pick(draw, alias)
    if chance(draw, 12):
        other = pick(draw, NAMES)
        scope.names[other] = kind
        line = f"{name} = {other} = {source}"
    else:
        line = f"{name} = {source}"
    scope.names[name] = kind
    return [line]


def augmented(draw: st.DrawFn, scope: Scope) -> list[str]:
    if not scope.names:
        return assignment(draw, scope)
    name = pick(draw, tuple(scope.names))
    kind = scope.names[name]
    sign = {INTEGERS: ("+=", "-=", "*="), TEXTS: ("+=",), LISTS: ("+=", "*="), DICTS: ("|=",)}[kind]
    chosen = pick(draw, sign)
    value = "2" if chosen == "*=" else expression(draw, scope, kind)
    return [f"{name} {chosen} {value}"]


def method_call(draw: st.DrawFn, scope: Scope) -> list[str]:
    lists, dicts = scope.of(LISTS), scope.of(DICTS)
    if not lists and not dicts:
        return assignment(draw, scope)
    any_ = expression(draw, scope, ANY, 1)
    forms: list[str] = []
    if lists:
        name = pick(draw, lists)
        forms += [
            f"{name}.append({any_})",
            f"{name}.extend({expression(draw, scope, LISTS, 1)})",
            f"{name}.insert({pick(draw, NUMBERS[:6])}, {any_})",
            f"{name}.remove({any_})",
            f"{pick(draw, NAMES)} = {name}.pop({pick(draw, ('', '0', '-1', '1'))})",
            f"{name}.sort({pick(draw, ('', 'key=str', 'reverse=True'))})",
            f"{name}.reverse()",
            f"{name}.clear()",
        ]
    if dicts:
        name = pick(draw, dicts)
        forms += [
            f"{name}.update({expression(draw, scope, DICTS, 1)})",
            f"{name}.update(x={any_})",
            f"{name}.setdefault({pick(draw, KEYS)}, {any_})",
            f"{pick(draw, NAMES)} = {name}.pop({pick(draw, KEYS)}, {any_})",
            f"{name}.pop({pick(draw, KEYS)})",
            f"{name}.popitem()",
            f"{name}.setdefault({pick(draw, KEYS)}, []).append({any_})",
        ]
    return [pick(draw, forms)]


def item_change(draw: st.DrawFn, scope: Scope) -> list[str]:
    any_ = expression(draw, scope, ANY, 1)
    lists, dicts = scope.of(LISTS), scope.of(DICTS)
    forms: list[str] = []
    if lists:
        name = pick(draw, lists)
        forms += [
            f"{name}[{pick(draw, ('0', '-1', '1'))}] = {any_}",
            f"{name}[{pick(draw, ('1:2', ':1', '::2', ':'))}] = {expression(draw, scope, LISTS, 1)}",
            f"del {name}[{pick(draw, ('0', '-1', '1:'))}]",
            f"{name}[0] += {expression(draw, scope, INTEGERS, 1)}",
        ]
    if dicts:
        name = pick(draw, dicts)
        forms += [
            f"{name}[{pick(draw, KEYS)}] = {any_}",
            f"{name}[{expression(draw, scope, TEXTS, 1)}] = {any_}",
            f"del {name}[{pick(draw, KEYS)}]",
            f"{name}[{pick(draw, KEYS)}] += {expression(draw, scope, INTEGERS, 1)}",
        ]
    return [pick(draw, forms)] if forms else assignment(draw, scope)


def unpacking(draw: st.DrawFn, scope: Scope) -> list[str]:
    one, other = draw(st.permutations(NAMES))[:2]
    forms = (
        f"{one}, {other} = {expression(draw, scope, ANY, 1)}, {expression(draw, scope, ANY, 1)}",
        f"{one}, *{other} = {expression(draw, scope, LISTS)}",
        f"[{one}, {other}] = {expression(draw, scope, LISTS)}",
        f"({one}, ({other}, *_)) = 1, {expression(draw, scope, LISTS)}",
    )
    line = pick(draw, forms)
    scope.names.update({one: INTEGERS, other: LISTS if "*" in line else INTEGERS})
    return [line]


def branch(draw: st.DrawFn, scope: Scope) -> list[str]:
    inner = scope.inner()
    lines = [f"if {comparison(draw, scope)}:", *indented(block(draw, inner))]
    if chance(draw, 3):
        lines += [f"elif {comparison(draw, scope)}:", *indented(block(draw, inner))]
    if chance(draw, 2):
        lines += ["else:", *indented(block(draw, inner))]
    return lines


def loop(draw: st.DrawFn, scope: Scope) -> list[str]:
    name = pick(draw, NAMES)
    source = pick(
        draw,
        (
            expression(draw, scope, LISTS),
            f"range({pick(draw, ('2', '3', '1, 4'))})",
            expression(draw, scope, TEXTS),
            f"{expression(draw, scope, DICTS)}.items()",
            f"enumerate({expression(draw, scope, LISTS)})",
        ),
    )
    # A copy: a loop over a list that grows in it never ends.
    source = f"list({source})[:6]"
    scope.names[name] = INTEGERS
    lines = [f"for {name} in {source}:", *indented(block(draw, scope.inner(in_loop=True)))]
    if chance(draw, 5):
        lines += ["else:", *indented(block(draw, scope.inner()))]
    return lines


def counted_loop(draw: st.DrawFn, scope: Scope) -> list[str]:
    name = scope.fresh("n")
    body = block(draw, scope.inner(in_loop=True))
    lines = [
        f"{name} = 0",
        f"while {name} < {pick(draw, ('1', '3', '4'))}{pick(draw, ('', f' and {comparison(draw, scope)}'))}:",
        f"    {name} += 1",
        *indented(body),
    ]
    if chance(draw, 5):
        lines += ["else:", *indented(block(draw, scope.inner()))]
    return lines


EXCEPTIONS = (
    *("Exception", "ValueError", "KeyError", "IndexError", "TypeError", "ZeroDivisionError", "LookupError"),
    *("AttributeError", "(TypeError, ValueError)", "ArithmeticError", "NameError"),
)


def attempt(draw: st.DrawFn, scope: Scope) -> list[str]:
    inner = scope.inner()
    lines = ["try:", *indented(block(draw, inner, 1, 3))]
    if chance(draw, 4):
        lines += indented([f"raise {pick(draw, EXCEPTIONS[:5])}({expression(draw, scope, TEXTS)})"])
    kinds = draw(st.lists(st.sampled_from(EXCEPTIONS), min_size=0, max_size=2, unique=True))
    for kind in kinds:
        name = scope.fresh("x")
        body = block(draw, inner, 1, 2)
        if chance(draw, 3):
            body.append(f"{pick(draw, NAMES)} = type({name}).__name__")
        lines += [f"except {kind} as {name}:", *indented(body)]
    if not kinds or chance(draw, 2):
        lines += ["except Exception:", *indented(block(draw, inner, 1, 2))]
    if chance(draw, 3):
        lines += ["else:", *indented(block(draw, inner, 1, 2))]
    if chance(draw, 3):
        lines += ["finally:", *indented(block(draw, inner.inner(in_loop=False, in_function=False), 1, 2))]
    return lines


def definition(draw: st.DrawFn, scope: Scope) -> list[str]:
    name = scope.fresh("f")
    inner = scope.function()
    forms: tuple[tuple[str, int, dict[str, str]], ...] = (
        ("", 0, {}),
        ("s", 1, {"s": INTEGERS}),
        ("s, t=[]", 1, {"s": INTEGERS, "t": LISTS}),
        ("s, *t", 2, {"s": INTEGERS, "t": LISTS}),
        ("s, t='x', *, u=2", 2, {"s": INTEGERS, "t": TEXTS, "u": INTEGERS}),
        ("s, /, **u", 1, {"s": INTEGERS, "u": DICTS}),
        ("s=1, t={}", 1, {"s": INTEGERS, "t": DICTS}),
    )
    given, count, types = draw(st.sampled_from(forms))
    inner.names.update(types)
    lines: list[str] = []
    if chance(draw, 4):
        # Python refuses `global` after a use of the name, so it stands first.
        shared = pick(draw, NAMES)
        lines.append(f"{'nonlocal' if scope.in_function and scope.names else 'global'} {shared}")
        if scope.in_function and not _bound_outside(scope, shared):
            lines[-1] = f"global {shared}"
        inner.names[shared] = scope.names.get(shared, INTEGERS)
    body = block(draw, inner, 1, 3)
    yields = not scope.in_function and chance(draw, 6)
    if yields:
        body = [
            f"for g in list({expression(draw, inner, LISTS)})[:4]:",
            f"    yield {expression(draw, inner, ANY, 1)}",
        ]
    else:
        body.append(f"return {expression(draw, inner, ANY)}")
    decorated = [f"@{pick(draw, ('twice', 'functools.lru_cache', 'noting'))}"] if chance(draw, 10) else []
    lines = [*decorated, f"def {name}({given}):", *indented([*lines, *body])]
    if yields:
        lines.append(f"{pick(draw, NAMES)} = list({name}({', '.join('1' for _ in range(count))}))[:5]")
    else:
        scope.functions[name] = count
        if chance(draw, 2):
            arguments = ", ".join(expression(draw, scope, ANY, 2) for _ in range(count))
            lines.append(f"{pick(draw, NAMES)} = {name}({arguments})")
    return lines


def _bound_outside(scope: Scope, name: str) -> bool:
    """Whether an enclosing function surely binds a name: only its parameters do."""
    return name in ("s", "t", "u")


def class_definition(draw: st.DrawFn, scope: Scope) -> list[str]:
    name = scope.fresh("C")
    bases = ""
    if scope.classes and chance(draw, 2):
        bases = f"({', '.join(draw(st.permutations(scope.classes))[: draw(st.integers(1, 2))])})"
    style = pick(draw, ("plain", "plain", "dataclass", "frozen", "error"))
    inner = scope.function()
    inner.names["self.p"] = INTEGERS
    lines: list[str] = []
    if style in ("dataclass", "frozen"):
        bases = ""
        lines = [f"@dataclass{'(frozen=True)' if style == 'frozen' else ''}", f"class {name}:"]
        body = ["p: int = 1", "q: list = field(default_factory=list)", f"r: str = {pick(draw, WORDS)}"]
        arguments = pick(draw, ("", "2", "2, [1]", "q=[3]", "r='z', p=5"))
    elif style == "error":
        lines = [f"class {name}(ValueError):"]
        body = [f"kind = {pick(draw, WORDS)}", "p = 3"]
        arguments = pick(draw, ("", "'bad'", "1, 2"))
    else:
        lines = [f"class {name}{bases}:"]
        body = [
            f"q = {expression(draw, scope, LISTS, 2)}",
            f"kind = {pick(draw, WORDS)}",
            f"def __init__(self, p={pick(draw, NUMBERS[:6])}, *rest):",
            *([f"    super().__init__({pick(draw, ('', 'p'))})"] if bases and chance(draw, 2) else []),
            "    self.p = p",
            f"    self.r = {expression(draw, scope, ANY, 2)}",
        ]
        arguments = pick(draw, ("", "4", "4, 5", "p=2"))
    body += [
        f"def m(self, s=1, t={pick(draw, NUMBERS)}):",
        *indented(method_body(draw, inner)),
    ]
    if chance(draw, 2):
        body += [
            "@property",
            "def total(self):",
            f"    return {pick(draw, ('self.p', 'self.m(1)', '[self.p, 1]'))}",
        ]
    if chance(draw, 4):
        body += ["def __str__(self):", "    return f'<{self.p}>'"]
    if chance(draw, 5):
        body += ["@classmethod", "def make(cls, s=1):", "    return cls()"]
    if chance(draw, 5):
        body += ["def __eq__(self, other):", "    return isinstance(other, type(self)) and self.p == other.p"]
    if chance(draw, 6):
        body += ["def __call__(self, s=1):", "    return [self.p, s]"]
    if chance(draw, 6):
        body += ["def __len__(self):", "    return 2"]
    lines += indented(body)
    scope.classes.append(name)
    made = scope.fresh("o")
    lines.append(f"{made} = {name}({arguments})")
    scope.objects.append(made)
    return lines


def method_body(draw: st.DrawFn, inner: Scope) -> list[str]:
    forms = (
        [f"self.p = {expression(draw, inner, ANY, 2)}", "return self.p"],
        ["return self.p"],
        ["self.q.append(s)", "return len(self.q)"],
        ["if s > 1:", "    return t", "return [self.p, s]"],
        ["return (type(self).__name__, s, t)"],
        ["return super().m(s, t)"],
        [*block(draw, inner, 1, 2), "return self.r"],
    )
    return draw(st.sampled_from(forms))


def attribute_change(draw: st.DrawFn, scope: Scope) -> list[str]:
    name = pick(draw, scope.objects)
    any_ = expression(draw, scope, ANY, 1)
    forms = (
        f"{name}.{pick(draw, ('p', 'q', 'r'))} = {any_}",
        f"{name}.p += 1",
        f"{name}.q.append({any_})",
        f"{pick(draw, NAMES)} = {name}.m({any_})",
        f"{pick(draw, NAMES)} = str({name})",
        f"{pick(draw, NAMES)} = getattr({name}, {pick(draw, ('p', 'zz', 'r'))!r}, {any_})",
        f"setattr({name}, 'r', {any_})",
        f"{pick(draw, NAMES)} = hasattr({name}, {pick(draw, ('p', 'zz'))!r})",
        f"{pick(draw, NAMES)} = {name} == {pick(draw, scope.objects)}",
        f"type({name}).kind = {any_}",
        f"{pick(draw, NAMES)} = {name}()",
        f"{pick(draw, NAMES)} = bool({name})",
    )
    return [pick(draw, forms)]


def matching(draw: st.DrawFn, scope: Scope) -> list[str]:
    inner = scope.inner()
    subject = expression(draw, scope, ANY)
    patterns = (
        *("1", "'x'", "None", "[]", "[z]", "[z, *_]", "[1, 2, *z]", "{'x': z}", "{'k': _, **z}"),
        *(
            "int()",
            "str() as z",
            "(1 | 2)",
            "[int(), z]",
            "{}",
            "'x' | 'ab'",
            "True",
            "dict()",
            "[[z, _], *_]",
        ),
    )
    chosen = draw(st.lists(st.sampled_from(patterns), min_size=1, max_size=3, unique=True))
    lines = [f"match {subject}:"]
    for one in chosen:
        guard = f" if {comparison(draw, scope)}" if chance(draw, 4) else ""
        lines += [f"    case {one}{guard}:", *indented(indented(block(draw, inner, 1, 2)))]
    if chance(draw, 2):
        lines += ["    case _:", *indented(indented(block(draw, inner, 1, 2)))]
    return lines


def context(draw: st.DrawFn, scope: Scope) -> list[str]:
    inner = scope.inner()
    kind = pick(
        draw, ("contextlib.suppress(ValueError, KeyError)", "contextlib.suppress(Exception)", "Held(1) as h")
    )
    return [f"with {kind}:", *indented(block(draw, inner, 1, 2))]


def leave(draw: st.DrawFn, scope: Scope) -> list[str]:
    forms = [f"raise {pick(draw, EXCEPTIONS[:6])}({expression(draw, scope, TEXTS, 2)})"]
    if scope.in_loop:
        forms += ["break", "continue"]
    if scope.in_function:
        forms += [f"return {expression(draw, scope, ANY, 1)}"] * 3
    chosen = pick(draw, forms)
    return [f"if {comparison(draw, scope)}:", f"    {chosen}"]


def deletion(draw: st.DrawFn, scope: Scope) -> list[str]:
    if not scope.names or scope.in_function:
        return assignment(draw, scope)
    name = pick(draw, [one for one in scope.names if "." not in one] or ["a"])
    scope.names.pop(name, None)
    return [f"del {name}"]


def assertion(draw: st.DrawFn, scope: Scope) -> list[str]:
    return [f"assert {comparison(draw, scope)}, 'no'"]


HEADER = """import contextlib, copy, functools, itertools, json, os, textwrap
from dataclasses import dataclass, field

def twice(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        function(*args, **kwargs)
        return function(*args, **kwargs)
    return wrapper

NOTED = []

def noting(function):
    def wrapper(*args, **kwargs):
        NOTED.append(function.__name__)
        return function(*args, **kwargs)
    return wrapper

class Held:
    def __init__(self, number):
        self.number = number
        self.left = None
    def __enter__(self):
        NOTED.append(self.number)
        return self
    def __exit__(self, kind, error, trace):
        NOTED.append(kind is None)
        return False

a = 1
b = 'text'
c = [1, 2]
d = {'x': 1}
e = 0
"""


@st.composite
def programs(draw: st.DrawFn, *, with_environment: bool = False, most: int = 8) -> str:
    """The source of a program; one in a few of its tests reads an environment variable, if asked for."""
    scope = Scope(
        {"a": INTEGERS, "b": TEXTS, "c": LISTS, "d": DICTS, "e": INTEGERS}, with_environment=with_environment
    )
    lines: list[str] = []
    for _ in range(draw(st.integers(3, most))):
        one = statement(draw, scope)
        if chance(draw, 4):
            lines += one
        else:
            # Most programs go on after a statement that raises, or little would be compared.
            lines += [
                "try:",
                *indented(one),
                "except Exception as error:",
                "    NOTED.append(type(error).__name__)",
            ]
    return HEADER + "\n".join(lines) + "\n"
