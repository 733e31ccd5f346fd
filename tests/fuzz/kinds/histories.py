"""Git repositories that no git would have made, for ``diff``: odd names, lost objects, broken references."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass, field
from hashlib import sha1
from typing import TYPE_CHECKING, Final

from tests.fuzz.attempts import Case
from tests.fuzz.kinds.settings_files import GOOD
from tests.fuzz.mutations import chances, mutated
from tests.fuzz.tokens import YAML_TOKENS

if TYPE_CHECKING:
    from random import Random

    from hypothesis import strategies as st

ODD_ENTRIES: Final = (
    *(b"crew.yaml", b"a b.yaml", b"-crew.yaml", b"a\nb.yaml", b"a\tb.yaml", b'"q".yaml', b"\xff.yaml"),
    *("ñ.yaml".encode(), "n\u0303.yaml".encode(), "\u202eb.yaml".encode(), b"\x1b[2J.yaml", b"*.yaml"),
    *(
        b":(glob)x.yaml",
        b"..",
        b".",
        b".git",
        b"",
        b"a/b.yaml",
        b"x" * 300 + b".yaml",
        b"main.py",
        b"crew.jsonc",
    ),
    *(b"CON", b".gitattributes", b".gitmodules", b"crewprof.toml", b"pyproject.toml", b"HEAD", b"flow.yaml"),
)
MODES: Final = (b"100644", b"100644", b"100644", b"100755", b"120000", b"160000", b"40000", b"0", b"777777")
REVISIONS: Final = (
    *("HEAD", "HEAD", "HEAD~1", "HEAD~1..HEAD", "HEAD...HEAD~1", "main", "main..", "..main", "..", "..."),
    *(
        "HEAD^{tree}",
        "HEAD:crew.yaml",
        "HEAD:",
        ":crew.yaml",
        ":/one",
        "@",
        "@{-1}",
        "@{yesterday}",
        "HEAD^9",
    ),
    *("--all", "-p", "--output=x", "--", "", " ", "\n", "a..b..c", "v1", "odd", "blob", "0" * 40, "f" * 7),
    *("x" * 5000, "\x1b[2J", "\udcff", "HEAD~99999999999999", "refs/heads/main", "stash@{0}", "crew.yaml"),
)


@dataclass
class _Repository:
    """The files of ``.git``, made without git: a thousand times as quick, and free to be wrong."""

    files: dict[str, bytes] = field(default_factory=dict)

    def put(self, kind: bytes, data: bytes) -> bytes:
        whole = kind + b" %d\0" % len(data) + data
        name = sha1(whole, usedforsecurity=False).hexdigest()
        self.files[f".git/objects/{name[:2]}/{name[2:]}"] = zlib.compress(whole, 1)
        return name.encode()

    def tree(self, entries: list[tuple[bytes, bytes, bytes]]) -> bytes:
        rows = (mode + b" " + name + b"\0" + bytes.fromhex(blob.decode()) for mode, name, blob in entries)
        return self.put(b"tree", b"".join(rows))

    def commit(self, tree: bytes, parents: list[bytes], message: bytes) -> bytes:
        who = b"A <a@b> 1700000000 +0000"
        lines = [
            b"tree " + tree,
            *(b"parent " + one for one in parents),
            b"author " + who,
            b"committer " + who,
        ]
        return self.put(b"commit", b"\n".join(lines) + b"\n\n" + message + b"\n")

    def index(self, entries: list[tuple[bytes, bytes, bytes]], stage: int = 0) -> None:
        data = b"DIRC" + struct.pack(">II", 2, len(entries))
        for mode, name, blob in sorted(entries, key=lambda one: one[1]):
            head = bytes(24) + struct.pack(">I", int(mode, 8)) + bytes(12) + bytes.fromhex(blob.decode())
            row = head + struct.pack(">H", min(len(name), 0xFFF) | stage << 12) + name
            data += row + bytes(8 - len(row) % 8)
        self.files[".git/index"] = data + sha1(data, usedforsecurity=False).digest()


def histories() -> st.SearchStrategy[Case]:
    """Two commits, an index and a working tree, and any revisions to compare."""
    return chances.map(_history)


def _history(chance: Random) -> Case:
    made = _Repository()
    sides = [_entries(made, chance) for _ in range(3)]
    first = made.commit(made.tree(sides[0]), [], b"one")
    parents = [first] if chance.randrange(6) else [first, b"1" * 40]
    second = made.commit(made.tree(sides[1]), parents, b"two")
    if chance.randrange(4):
        made.index([one for one in sides[2] if one[0] in MODES[:6]], chance.choice((0, 0, 0, 1, 2)))
    made.files |= {
        ".git/HEAD": b"ref: refs/heads/main\n",
        ".git/config": b"[core]\n\trepositoryformatversion = 0\n\tbare = false\n",
        ".git/refs/heads/main": second + b"\n",
        ".git/refs/tags/v1": first + b"\n",
        ".git/refs/heads/blob": sides[0][0][2] + b"\n",
        "crew.yaml": mutated(GOOD, chance, YAML_TOKENS),
    }
    if chance.randrange(3) == 0:
        _break(made.files, chance)
    special = {".git/refs": "folder", ".git/objects": "folder"}
    revisions = [chance.choice(REVISIONS) for _ in range(chance.choice((0, 1, 1, 1, 2)))]
    options = chance.choice(
        (
            (),
            (),
            ("-f", "json"),
            ("-f", "markdown"),
            ("--staged",),
            ("--fail-if-cost-grows", "1%"),
            ("--verbose",),
        )
    )
    paths = chance.choice(((), (), (".",), ("--", "crew.yaml"), ("nothing.yaml",), ("--", "-crew.yaml")))
    return Case(("diff", *options, *revisions, *paths), made.files, special=special)


def _entries(made: _Repository, chance: Random) -> list[tuple[bytes, bytes, bytes]]:
    """Entries of a tree: a crew, and what should not be beside it."""
    crew = GOOD.replace(b"Two", chance.choice((b"Two", b"Ten", b"300")))
    entries = {b"crew.yaml": (b"100644", b"crew.yaml", made.put(b"blob", mutated(crew, chance, YAML_TOKENS)))}
    for _ in range(chance.choice((0, 1, 2, 4))):
        name, mode = chance.choice(ODD_ENTRIES), chance.choice(MODES)
        blob = made.put(b"blob", chance.choice((crew, b"", b"\xff\x00", b"../outside", b"crew.yaml")))
        if chance.randrange(5) == 0:
            blob = chance.choice((b"2" * 40, b"0" * 40))
        elif mode == b"40000":
            blob = made.tree([(b"100644", b"crew.yaml", blob)])
        entries[name] = (mode, name, blob)
    return [entries[name] for name in sorted(entries)]


def _break(files: dict[str, bytes], chance: Random) -> None:
    """Lose or spoil one of the files of ``.git``, or add one that means something."""
    name = chance.choice(sorted(one for one in files if one.startswith(".git/")))
    match chance.randrange(5):
        case 0:
            del files[name]
        case 1:
            files[name] = mutated(files[name], chance, (b"ref: ", b"\n", b"../x", b"0" * 40), most=2)
        case 2:
            files[name] = b""
        case 3:
            files[".git/" + chance.choice(("shallow", "packed-refs", "MERGE_HEAD", "info/grafts"))] = b"x\n"
        case _:
            files[".git/config"] = chance.choice(
                (
                    b"[core]\nbare = true\n",
                    b"[core]\nrepositoryformatversion = 99\n",
                    b"[core]\nfsmonitor = touch broken-into\n",
                    b"[diff]\nexternal = touch broken-into\n[core]\nworktree = /nowhere\n",
                    b"[",
                    b"[extensions]\nobjectformat = sha256\n",
                    b"[include]\npath = /dev/zero\n[core]\nquotepath = true\nprecomposeunicode = true\n",
                )
            )
