"""A short attack of each kind; ``make fuzz`` is the long one."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.fuzz.kinds import KINDS

if TYPE_CHECKING:
    from tests.fuzz.attempts import Case

EXAMPLES = int(os.environ.get("CREWPROF_FUZZ_EXAMPLES", "25"))

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="files, limits and signals of Linux")


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
@settings(
    max_examples=EXAMPLES,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_nothing_breaks_and_nothing_hangs(kind: str, data: st.DataObject) -> None:
    case: Case = data.draw(KINDS[kind].cases())
    assert KINDS[kind].attempt(case).faults == ()
