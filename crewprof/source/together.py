"""Several files replaced as one.

No system call replaces two files at once. What can be had: a process that nobody knows does it. Everything is
ready before it starts (content on disk, old content beside it to go back to); it stands in a session of its
own and hears no signal, so Ctrl-C and whatever kills crewprof or its process group find it not yet begun or
let it finish, a millisecond later. Between the first file and the last only a power failure, or the end of
every process of a container, can fall.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crewprof.source.staging import Staged


def replace_together(ready: Sequence[Staged]) -> None:
    """Put each of ``ready`` into its place; raises :class:`OSError` with every file as it was."""
    if not hasattr(os, "fork"):
        _replace(ready)
        return
    told, tell = os.pipe()
    child = os.fork()
    if child == 0:
        _alone(ready, tell)
    os.close(tell)
    with os.fdopen(told, "rb") as answers:
        said = answers.read()
    _, status = os.waitpid(child, 0)
    for one in ready:
        one.named = True  # by that process, if it was ended before it took the name away again
    if said:
        number, reason, name = json.loads(said)
        raise OSError(number, reason, name)
    if status:
        raise OSError(None, f"the process that writes was ended ({os.waitstatus_to_exitcode(status)})")


def _alone(ready: Sequence[Staged], tell: int) -> NoReturn:
    """The life of the process that replaces: it never returns to what was going on before it began."""
    code = 1
    try:
        os.setsid()
        try:
            _replace(ready)
        except OSError as error:
            os.write(tell, json.dumps([error.errno, error.strerror or str(error), _name(error)]).encode())
        code = 0
    finally:
        os._exit(code)


def _name(error: OSError) -> str | None:
    return str(error.filename) if error.filename else None


def _replace(ready: Sequence[Staged]) -> None:
    done: list[Staged] = []
    try:
        for one in ready:
            one.name()
        for one in ready:
            one.put()
            done.append(one)
    except BaseException:
        for one in done:
            one.undo()
        raise
    finally:
        for one in ready:
            one.discard()
