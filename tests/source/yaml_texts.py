"""Random YAML text in every style a hand may write, made without any YAML library."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

WORDS = (
    "alpha",
    "beta",
    "crew",
    "déjà",
    "naïve",
    "{topic}",
    "plan",
    "it's",
    "50%",
    "日本",
    "😀",
    "a:b",
    "x-y",
)
SENTENCES = (
    "Write the report.",
    "Use the findings.",
    "Keep {topic} in mind.",
    "It's short, and sweet.",
    "Cite sources: all of them.",
    "Straße und Übung.",
)
COMMENTS = ("note", "- old: x", "crewprof: ignore[CP101]", "it's {this}", "é")
KEYS = ("role", "goal", "backstory", "tools", "context", "agent", "llm", "name", "clé", "with space", "n1")
PLAIN = ("true", "no", "3", "0.5", "null", "~", "2024-01-02", "plain", "gpt-4o", "1:30", "off", "a b c")


@dataclass
class Writer:
    """Draws what to write and how; keeps the anchors written so far."""

    draw: Any
    anchors: list[str] = field(default_factory=list)
    anchored: int = 0

    def chance(self, one_in: int) -> bool:
        return bool(self.draw(st.integers(0, one_in - 1)) == 0)

    def pick(self, options: Any) -> Any:
        return self.draw(st.sampled_from(options))

    def keys(self, most: int) -> list[str]:
        return list(self.draw(st.lists(st.sampled_from(KEYS), min_size=1, max_size=most, unique=True)))

    def comment(self) -> str:
        return f"# {self.pick(COMMENTS)}"

    def sentences(self, least: int = 1) -> list[str]:
        return list(self.draw(st.lists(st.sampled_from(SENTENCES), min_size=least, max_size=4)))

    def trailing(self) -> str:
        return "  " + self.comment() if self.chance(6) else (" " if self.chance(15) else "")

    def scalar_in_flow(self) -> str:
        kind = self.draw(st.integers(0, 4))
        if kind == 0:
            return '"' + " ".join(self.sentences()) + '"'
        if kind == 1:
            return "'" + " ".join(self.sentences()).replace("'", "''") + "'"
        if kind == 2 and self.anchors:
            return f"*{self.pick(self.anchors)}"
        return str(self.pick((*PLAIN, "crew", "déjà", "x-y")))

    def flow(self, depth: int) -> str:
        """A flow collection on one line."""
        space = " " if self.chance(3) else ""
        if self.chance(2):
            parts = [self.flow_value(depth) for _ in range(self.draw(st.integers(0, 4)))]
            comma = "," if parts and self.chance(6) else ""
            return f"[{space}" + ", ".join(parts) + f"{comma}{space}]"
        pairs = [self.flow_pair(key, depth) for key in self.keys(3)]
        return f"{{{space}" + ", ".join(pairs) + f"{space}}}"

    def flow_pair(self, key: str, depth: int) -> str:
        if self.chance(8):
            return key
        name = f'"{key}"' if self.chance(4) else key
        tab = "\t" if self.chance(60) else ""
        return f"{name}: {tab}{self.flow_value(depth)}"

    def flow_value(self, depth: int) -> str:
        return self.flow(depth - 1) if depth > 0 and self.chance(4) else self.scalar_in_flow()

    def flow_lines(self, indent: int) -> list[str]:
        """A flow collection over several lines, with comments."""
        pad = " " * (indent + 2)
        opening, closing = self.pick(("[]", "{}"))
        if opening == "{":
            items = [self.flow_pair(key, 0) for key in self.keys(3)]
        else:
            items = [self.flow_value(1) for _ in range(self.draw(st.integers(1, 4)))]
        last_comma = self.chance(2)
        lines = []
        for index, item in enumerate(items):
            comma = "," if index < len(items) - 1 or last_comma else ""
            if self.chance(6):
                lines.append(pad + self.comment())
            if index and self.chance(5) and not lines[-1].lstrip().startswith("#") and " #" not in lines[-1]:
                lines[-1] += f" {item}{comma}"
            else:
                lines.append(f"{pad}{item}{comma}{self.trailing()}")
        if self.chance(4):
            return [
                opening + lines[0].strip(),
                *lines[1:-1],
                *([lines[-1]] if lines[1:] else []),
                pad + closing,
            ]
        return [opening + self.trailing().rstrip(), *lines, " " * indent + "  " + closing]

    def text_lines(self, indent: int) -> list[str]:
        """A scalar that begins on the line of its key and may go on below."""
        pad = " " * indent
        kind = self.draw(st.integers(0, 7))
        words = " ".join(self.sentences(2)).split(" ")
        cut = self.draw(st.integers(1, len(words) - 1))
        first, second = " ".join(words[:cut]), " ".join(words[cut:])
        gap = [""] * self.draw(st.integers(0, 2))
        if kind == 0:
            return ["'" + first.replace("'", "''"), *gap, pad + second.replace("'", "''") + "'"]
        if kind == 1:
            escaped = first.replace("é", "\\xe9") + self.pick(("", "\\n", '\\"'))
            return ['"' + escaped, *gap, pad + second + '"']
        if kind == 2:
            plain = [word for word in words if not word.endswith(":") and not word.startswith("{")]
            return [plain[0] + " " + plain[1], *gap, pad + " ".join(plain[2:] or ["end"])]
        if kind in (3, 4, 5):
            return self.block_text(indent)
        if kind == 6:
            return [self.scalar_in_flow() + self.trailing()]
        return [str(self.pick(PLAIN)) + self.trailing()]

    def block_text(self, indent: int) -> list[str]:
        pad = " " * indent
        header = self.pick("|>") + self.pick(("", "", "-", "+"))
        if self.chance(10):
            return [f"{header}{self.pick('12')}", *(pad + "  " + each for each in self.sentences())]
        if self.chance(8):
            header += "  " + self.comment()
        lines: list[str] = []
        for sentence in self.sentences():
            if lines and self.chance(3):
                lines.append("")
            more = "  " if lines and self.chance(8) else ""
            lines.append(pad + more + sentence + (" " if self.chance(12) else ""))
            if self.chance(3):
                lines[-1] += " " + self.pick(SENTENCES)
        return [header, *lines, *[""] * self.draw(st.integers(0, 2))]

    def anchor(self) -> str:
        if not self.chance(12):
            return ""
        self.anchored += 1
        return f"&a{self.anchored} "

    def value(self, depth: int, column: int) -> tuple[str, list[str]]:
        """What follows ``key:`` or ``-`` on its line, and the lines below."""
        kind = self.draw(st.integers(0, 9))
        anchor = self.anchor()
        if depth > 0 and kind in (0, 1, 2):
            result = self.nested(depth - 1, column, anchor)
        elif kind == 3:
            result = " " + anchor + self.flow(1) + self.trailing(), []
        elif kind == 4:
            first, *rest = self.flow_lines(column)
            result = f" {anchor}{first}", rest
        elif kind == 5 and self.anchors and not anchor:
            result = " *" + self.pick(self.anchors) + self.trailing(), []
        elif kind == 6 and not anchor:
            result = self.trailing().rstrip(" ") if self.chance(2) else "", []
        else:
            first, *rest = self.text_lines(column + self.draw(st.integers(1, 4)))
            spaces = " " * self.pick((0, 0, 0, 0, 3))
            tag = "!!str " if not anchor and not first.startswith("*") and self.chance(25) else ""
            result = f" {spaces}{tag}{anchor}{first}", rest
        if anchor:
            self.anchors.append(anchor[1:-1])
        return result

    def nested(self, depth: int, column: int, anchor: str) -> tuple[str, list[str]]:
        head = (" " + anchor.strip() if anchor else "") + self.trailing().rstrip(" ")
        if self.chance(2):
            inner = column + self.pick((0, 2, 4))
            return head, self.sequence(depth, max(inner, 0))
        return head, self.mapping(depth, column + self.pick((1, 2, 2, 4)))

    def mapping(self, depth: int, column: int) -> list[str]:
        pad = " " * column
        lines: list[str] = []
        merge = self.chance(10)
        for key in self.keys(5 if depth else 4):
            self.between(lines, pad)
            quoted = self.pick((key, key, key, f'"{key}"', f"'{key}'"))
            rest, below = self.value(depth, column)
            if self.chance(30):
                lines += [f"{pad}? {quoted}", f"{pad}:{rest}", *below]
            else:
                lines += [f"{pad}{quoted}{' ' if self.chance(30) else ''}:{rest}", *below]
            if merge and self.chance(2):
                merge = False
                merged = ["{merged: 1, also: x}", *(f"*{name}" for name in self.anchors)]
                lines.append(f"{pad}<<: {self.pick(merged)}")
        return lines

    def sequence(self, depth: int, column: int) -> list[str]:
        pad = " " * column
        lines: list[str] = []
        gaps = self.chance(3)
        for number in range(self.draw(st.integers(1, 4))):
            if number and gaps:
                lines.append("")
            self.between(lines, pad)
            if depth and self.chance(2):
                lines += self.compact(depth, column)
                continue
            rest, below = self.value(0, column)
            lines += [f"{pad}-{rest}", *below]
        return lines

    def compact(self, depth: int, column: int) -> list[str]:
        """An item whose collection begins beside the dash, or below it."""
        pad = " " * column
        width = self.pick((2, 2, 2, 2, 4))
        nested = self.sequence if self.chance(6) else self.mapping
        inner = nested(depth - 1, column + width)
        if self.chance(8):
            return [pad + "-" + self.trailing().rstrip(), *inner]
        start = next(i for i, line in enumerate(inner) if line.strip() and line.strip()[0] != "#")
        return [pad + "-" + " " * (width - 1) + inner[start][column + width :], *inner[start + 1 :]]

    def between(self, lines: list[str], pad: str) -> None:
        if self.chance(8):
            lines.append("  " if self.chance(6) else "")
        if self.chance(6):
            lines.append(pad + self.pick(("", "", "  ")) + self.comment())
            if self.chance(4):
                lines.append("")


@st.composite
def yaml_texts(draw: st.DrawFn) -> str:
    """A document; not every one is valid YAML (``a:b`` keys, odd indentation), most are."""
    writer = Writer(draw)
    lines: list[str] = []
    if writer.chance(5):
        lines += [writer.comment(), *[""] * draw(st.integers(0, 1))]
    if writer.chance(6):
        lines.append("---")
    column = 2 if writer.chance(12) else 0
    lines += writer.mapping(3, column) if not writer.chance(8) else writer.sequence(3, column)
    if writer.chance(10):
        lines.append("...")
    line_break = "\r\n" if writer.chance(4) else "\n"
    final = "" if writer.chance(3) else line_break
    return line_break.join(lines) + final
