#!/usr/bin/env bash
# Fail as the worst of the commands did, after all of them have reported.
set -euo pipefail
worst=0
for code in $CREWPROF_CODES; do
  if [ "$code" -gt "$worst" ]; then worst="$code"; fi
done
exit "$worst"
