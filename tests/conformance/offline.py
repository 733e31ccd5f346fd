"""Settings that keep crewai silent and off the network, made before it is imported."""

from __future__ import annotations

import logging
import os
import tempfile
import warnings

_SETTINGS = {
    "CREWAI_DISABLE_TELEMETRY": "true",
    "OTEL_SDK_DISABLED": "true",
    "CREWAI_TRACING_ENABLED": "false",
    "CREWAI_TESTING": "true",
    "OPENAI_API_KEY": "x",
}


def go_offline() -> None:
    """Set what crewai reads from the environment, once; models come from the crew alone."""
    os.environ.update(_SETTINGS)
    if "CREWAI_STORAGE_DIR" not in os.environ:
        os.environ["CREWAI_STORAGE_DIR"] = tempfile.mkdtemp(prefix="crewprof-crewai-")
    for name in ("MODEL", "MODEL_NAME", "OPENAI_MODEL_NAME"):
        os.environ.pop(name, None)
    warnings.filterwarnings("ignore")
    logging.getLogger("crewai").setLevel(logging.CRITICAL)
