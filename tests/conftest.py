"""How the suite runs: the same examples every time, so that a failure is of the change and not of the day.

``CREWPROF_CONFORMANCE_EXAMPLES`` (``make conformance``) looks further: many examples, new ones each time.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

settings.register_profile(
    "suite",
    deadline=None,
    derandomize="CREWPROF_CONFORMANCE_EXAMPLES" not in os.environ,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("suite")
