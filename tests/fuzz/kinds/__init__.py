"""A strategy of cases for each kind of input, and how a case of it is tried."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tests.fuzz.attempts import Case, Outcome, attempt
from tests.fuzz.kinds.command_lines import command_lines
from tests.fuzz.kinds.crew_files import bent, real_crews, verified_crews
from tests.fuzz.kinds.definitions import flow_files, json_crews, notebooks, python_files, yaml_crews
from tests.fuzz.kinds.editor_sessions import attempt_session, editor_sessions
from tests.fuzz.kinds.histories import histories
from tests.fuzz.kinds.places import kinds_of_files, streams_and_surroundings
from tests.fuzz.kinds.recorded_files import (
    attempt_with_bent_answers,
    baselines,
    recorded_runs,
    remembered_answers,
)
from tests.fuzz.kinds.requests import count_bodies
from tests.fuzz.kinds.settings_files import settings_files

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from random import Random

    from hypothesis import strategies as st


@dataclass(frozen=True)
class Kind:
    """Where cases come from, and what is done with one.

    ``drawn``: drawing a case takes longer than trying it; a long attack also tries bent copies of each.
    """

    cases: Callable[[], st.SearchStrategy[Case]]
    attempt: Callable[[Case], Outcome] = attempt
    drawn: bool = False

    def with_copies(self, case: Case, chance: Random) -> Iterator[Case]:
        """``case``, and where it was drawn bent copies of it."""
        yield case
        for _ in range(COPIES if self.drawn else 0):
            yield bent(case, chance)


COPIES: Final = 3
"""Of a case that was drawn."""
KINDS: Final = {
    "yaml": Kind(yaml_crews, drawn=True),
    "jsonc": Kind(json_crews, drawn=True),
    "flows": Kind(flow_files, drawn=True),
    "python": Kind(python_files, drawn=True),
    "notebooks": Kind(notebooks, drawn=True),
    "crews": Kind(real_crews),
    "settings": Kind(settings_files, drawn=True),
    "options": Kind(command_lines),
    "count": Kind(count_bodies, drawn=True),
    "recorded": Kind(recorded_runs),
    "baselines": Kind(baselines),
    "answers": Kind(remembered_answers, attempt_with_bent_answers),
    "files": Kind(kinds_of_files),
    "streams": Kind(streams_and_surroundings),
    "histories": Kind(histories),
    "editor": Kind(editor_sessions, attempt_session),
}
WITH_CREWAI: Final = {"verify": Kind(verified_crews)}
"""Tried when it is asked for: a try takes a hundred times as long, and CrewAI."""
