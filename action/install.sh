#!/usr/bin/env bash
# Install crewprof from the action's own checkout, apart from the project's packages.
set -euo pipefail
folder="$RUNNER_TEMP/crewprof"
python3 -m venv "$folder"
bin="$folder/bin"
[ -d "$bin" ] || bin="$folder/Scripts" # Windows
"$bin/python" -m pip install --quiet --disable-pip-version-check "$GITHUB_ACTION_PATH"
echo "$bin" >>"$GITHUB_PATH"
