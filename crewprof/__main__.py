"""``python -m crewprof``."""

from __future__ import annotations

from crewprof.cli import main

if __name__ == "__main__":
    main()
