#!/usr/bin/env bash
# What the change costs, as Markdown; the exit code for the last step.
set -euo pipefail
# shellcheck source=action/words.sh
source "$GITHUB_ACTION_PATH/action/words.sh"
base="$CREWPROF_BASE"
case "$base" in -*) echo "::error::the base is no revision" && exit 2 ;; esac
if ! git rev-parse --verify --quiet "$base^{tree}" >/dev/null; then
  # actions/checkout fetches one commit; the base is one more.
  git fetch --quiet --no-tags --depth=1 origin "$base" || true
  if git rev-parse --verify --quiet "FETCH_HEAD^{tree}" >/dev/null &&
    ! git rev-parse --verify --quiet "$base^{tree}" >/dev/null; then
    base="$(git rev-parse FETCH_HEAD)"
  fi
fi
options=()
if [ -n "${CREWPROF_GROWTH:-}" ]; then options+=(--fail-if-cost-grows "$CREWPROF_GROWTH"); fi
report="$RUNNER_TEMP/crewprof-diff.md"
rm -f "$report"
code=0
quietly crewprof diff ${options[@]+"${options[@]}"} ${args[@]+"${args[@]}"} --format markdown \
  --output "$report" -- "$base" "${paths[@]}" || code=$?
echo "exit-code=$code" >>"$GITHUB_OUTPUT"
if [ -s "$report" ]; then
  cat "$report" >>"$GITHUB_STEP_SUMMARY"
  printf 'changed=true\nreport=%s\n' "$report" >>"$GITHUB_OUTPUT"
else
  printf 'changed=false\nreport=\n' >>"$GITHUB_OUTPUT"
fi
