#!/usr/bin/env bash
# Install crewprof from the action's own checkout, apart from the project's packages.
set -euo pipefail
folder="$RUNNER_TEMP/crewprof"
python="$(command -v python3 || command -v python)"
"$python" -m venv "$folder"
bin="$folder/bin"
[ -d "$bin" ] || bin="$folder/Scripts" # Windows
"$bin/python" -m pip install --quiet --disable-pip-version-check "$GITHUB_ACTION_PATH"
echo "$bin" >>"$GITHUB_PATH"
