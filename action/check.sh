#!/usr/bin/env bash
# Findings beside the lines of the pull request; the exit code for the last step.
set -euo pipefail
# shellcheck source=action/words.sh
source "$GITHUB_ACTION_PATH/action/words.sh"
options=(--fail-on "$CREWPROF_FAIL_ON")
if [ -n "${CREWPROF_MAX_COST:-}" ]; then options+=(--max-cost "$CREWPROF_MAX_COST"); fi
code=0
crewprof check "${options[@]}" ${args[@]+"${args[@]}"} --format github -- "${paths[@]}" || code=$?
echo "exit-code=$code" >>"$GITHUB_OUTPUT"
if [ -n "${CREWPROF_SARIF:-}" ]; then
  quietly crewprof check --quiet "${options[@]}" ${args[@]+"${args[@]}"} --format sarif \
    --output "$CREWPROF_SARIF" -- "${paths[@]}" || true
fi
