"""Random programs that write down in which order their parts are evaluated.

Texts with holes (``traced_parts.txt``) are filled at random, to some depth; at many holes the expression is
given to a function that logs it. What the log holds in the end depends on the order and number of
evaluations.

In the texts ``{i}`` is an expression of a kind, ``{Vi}`` a variable, ``{+i}`` a new one, ``{#}`` a number of
the text's own, ``{block}`` some statements, and ``«a|b»`` a choice. A line after ``~`` may be left out with
what is in it, one after ``??`` is mostly guarded, and ``=>`` tells what a name stands for.
"""

from __future__ import annotations

import random
import re
from pathlib import Path
from typing import Final

_SECTIONS: Final = re.split(
    r"^== (\w+)\n",
    Path(__file__).with_name("traced_parts.txt").read_text(encoding="utf-8"),
    flags=re.MULTILINE,
)[1:]
PARTS: Final = {name: text.rstrip("\n") for name, text in zip(_SECTIONS[::2], _SECTIONS[1::2], strict=True)}
ROWS: Final = {name: text.split("\n") for name, text in PARTS.items()}
BLOCKS: Final = [one.strip("\n").split("\n") for one in PARTS["blocks"].split("\n--\n")]
OWN_NAMES: Final = ("T", "Oops", "Worse", "KEPT")

_VARIABLES: Final = frozenset("irbslNLdtS")
_OBJECTS: Final = {"o": "Oops(3)", "F": "abs", "G": "range", "C": "Exception"}
_CONSTANTS: Final = frozenset("akqnz")
_HOLE: Final = re.compile(r"\{\{|\}\}|\{([V+]?)([a-zA-Z])\}")


class Writer:
    """Writes one program."""

    def __init__(self, number: int, *, with_environment: bool) -> None:
        self.random = random.Random(number)
        self.with_environment = with_environment
        self.lines: list[str] = []
        self.names: dict[str, list[str]] = {kind: [] for kind in (*_VARIABLES, *_OBJECTS)}
        self.count = 0

    def program(self) -> str:
        for kind in "isld":
            value = self.expression(kind, 1)
            self.lines.append(f"{self.new(kind)} = {value}")
        size = self.random.randint(12, 45)
        while len(self.lines) < size:
            if self.random.random() < 0.4:
                self.statement("", 2)
                continue
            self.lines.append("try:")
            self.statement("    ", 2)
            self.lines += ["except Exception as e:", "    LOG.append(type(e).__name__)"]
        return "\n".join([PARTS["prelude"], *self.whole(), ""])

    def whole(self) -> list[str]:
        """The lines, with ``pass`` where all that stood in a body is left out."""
        made: list[str] = []
        for line, after in zip(self.lines, [*self.lines[1:], ""], strict=True):
            made.append(line)
            inner = len(line) - len(line.lstrip())
            if line.endswith(":") and len(after) - len(after.lstrip()) <= inner:
                made.append(" " * inner + "    pass")
        return made

    # Expressions

    def expression(self, kind: str, depth: int) -> str:
        held = self.names.get(kind, [])
        if kind in _OBJECTS:
            return self.random.choice(held) if held else _OBJECTS[kind]
        chance = self.random.random()
        if kind in _CONSTANTS:
            return self.filled(self.random.choice(ROWS[kind]), 0)
        if held and chance < (0.45 if depth > 0 else 0.8):
            return self.random.choice(held)
        if self.with_environment and kind == "s" and chance > 0.96:
            return "os.getenv('CREWPROF_MODEL', 'q')"
        text = self.filled(self.random.choice(self.usable(kind, depth)), depth - 1)
        if self.random.random() < 0.08 and kind not in ("f", "g"):
            self.count += 1
            return f"T({self.count}, {text})"
        is_plain = re.fullmatch(r"[a-zA-Z_]\w*|'[^'{}]*'|\[[^\[\]]*\]", text)
        return text if is_plain else f"({text})"

    def usable(self, kind: str, depth: int) -> list[str]:
        rows = ROWS[kind]
        if depth <= 0 and kind not in ("f", "g"):
            rows = rows[:2] if kind != "x" else rows[1:2]
        return [one for one in rows if self.is_usable(one)] or rows

    def is_usable(self, text: str) -> bool:
        """Whether there are variables, objects and classes for all holes, or it does not matter."""
        holes = [(found[1], found[2]) for found in _HOLE.finditer(text) if found[2]]
        needed = {kind for how, kind in holes if how == "V" or (not how and kind in "oC")}
        return all(self.names[kind] for kind in needed) or self.random.random() < 0.01

    def filled(self, text: str, depth: int) -> str:
        def fill(found: re.Match[str]) -> str:
            how, kind = found[1], found[2]
            if kind is None:
                return found[0][0]
            if how == "+":
                return self.new(kind)
            if how == "V":
                return self.random.choice(self.names[kind] or ["nobody"])
            return self.expression(kind, depth)

        made = _HOLE.sub(fill, text)
        if made.startswith("f'") and re.search(r"['\\\n]", made[2:-1]):
            # In this version of Python a text in a text needs other quotes.
            return "str(1)"
        return made

    def new(self, kind: str) -> str:
        self.count += 1
        self.names[kind].append(f"{kind}{self.count}")
        return self.names[kind][-1]

    # Statements

    def statement(self, indent: str, depth: int) -> None:
        before = {kind: set(self.names[kind]) for kind in _VARIABLES}
        chance = self.random.random()
        if chance < 0.15:
            kind = self.random.choice("iiissslllddbtNLSr")
            value = self.expression(kind, 3)
            self.lines.append(f"{indent}{self.new(kind)} = {value}")
            return
        if depth <= 0 or chance < 0.4:
            self.lines.append(indent + self.simple())
        else:
            self.block(self.random.choice(BLOCKS), indent, depth)
        for kind, had in before.items():
            # What may not be bound is used now and then only.
            self.names[kind] = [one for one in self.names[kind] if one in had or self.random.random() < 0.1]

    def simple(self) -> str:
        usable = [one for one in ROWS["statements"] if self.is_usable(one)]
        return self.filled(self.random.choice(usable), 2)

    def block(self, lines: list[str], indent: str, depth: int) -> None:
        self.count += 1
        number, skipped = str(self.count), -1
        for line in lines:
            inner = re.match(" *", line)[0]  # type: ignore[index]
            text = line[len(inner) :]
            if 0 <= skipped < len(inner):
                continue
            skipped = -1
            if text.startswith("~"):
                text = text[1:]
                if self.random.random() < 0.5:
                    skipped = len(inner)
                    continue
            text = re.sub("«(.*?)»", self.chosen, text).replace("{#}", number)
            for one in text.split("\\n"):
                self.line(one, indent + inner, depth)

    def chosen(self, found: re.Match[str]) -> str:
        return self.random.choice(re.split(r"(?<!\\)\|", found[1])).replace("\\|", "|")

    def line(self, text: str, indent: str, depth: int) -> None:
        if text.startswith("=>"):
            _, kind, name = text.split()
            self.names[kind].append(name)
        elif text == "{block}":
            for _ in range(self.random.randint(1, 3)):
                self.statement(indent, depth - 1)
        elif text == "{simple}":
            self.lines.append(indent + self.simple())
        elif text.startswith("{body"):
            self.body(dict(one.split(":") for one in text[6:-1].split()), indent, depth)
        elif text == "{methods}":
            for method in self.random.sample(ROWS["methods"], self.random.randint(0, 6)):
                self.lines += [indent + one for one in method.split("\\n")]
        elif text.startswith("??") and self.random.random() < 0.8:
            self.lines += [f"{indent}try:", f"{indent}    {self.with_names(text[3:])}"]
            self.lines += [f"{indent}except Exception as e:", f"{indent}    LOG.append(type(e).__name__)"]
        else:
            self.lines.append(indent + self.with_names(text.removeprefix("?? ")))

    def with_names(self, text: str) -> str:
        if "{bases}" in text:
            held = self.names["C"]
            bases = self.random.sample(held, min(len(held), self.random.choice([0, 0, 1, 1, 2])))
            text = text.replace("{bases}", ", ".join(bases))
        if "{pattern}" in text:
            text = text.replace("{pattern}", self.random.choice(ROWS["pattern"]))
        return self.filled(text, 2)

    def body(self, parameters: dict[str, str], indent: str, depth: int) -> None:
        """Statements of a function, with variables of its own."""
        outer, self.names = self.names, {kind: list(names) for kind, names in self.names.items()}
        outside = [one for kind in "ilsdN" for one in outer[kind][-3:]]
        for kind in _VARIABLES:
            self.names[kind] = [name for name, held in parameters.items() if held == kind]
        for _ in range(self.random.randint(1, 4)):
            self.statement(indent, depth - 1)
        if outside and self.random.random() < 0.6:
            self.lines.append(f"{indent}LOG.append({self.random.choice(outside)})")
        for kind in _OBJECTS:
            # A class or function of a body is not seen outside.
            self.names[kind] = outer[kind]
        self.names = outer


def composed(number: int, *, with_environment: bool = False) -> str:
    """The program of a number."""
    return Writer(number, with_environment=with_environment).program()
