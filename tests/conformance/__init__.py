"""CrewAI as the oracle: random crews, run on the real crewai with an LLM that only records.

Importing this package takes crewai off the network before anything of it is imported.
"""

from __future__ import annotations

from tests.conformance.offline import go_offline

go_offline()
