"""What attaches to a running crew and writes down what each task really used.

Stands alone on the standard library, for it works in a project's own Python, where crewprof is not installed:
its files find each other relatively, whatever name they are loaded under. Nothing here may break a run: what
fails is given up in silence, and the run goes on.
"""

from __future__ import annotations

from . import recording as recording
from . import unsaid as unsaid
from .budget import BudgetReached as BudgetReached
from .recording import Recording as Recording
from .recording import record as record
