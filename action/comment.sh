#!/usr/bin/env bash
# One comment of the pull request, kept up to date: written when something changed, told when nothing does any more.
set -euo pipefail
longest=65000 # characters of a comment GitHub takes: 65,536
marker="<!-- crewprof: ${CREWPROF_COMMENT_ID//[^A-Za-z0-9_.-]/-} -->"
comments="repos/$GITHUB_REPOSITORY/issues/$CREWPROF_PULL_REQUEST/comments"

refused() {
  echo "::warning title=crewprof::the comment cannot be written; the job needs 'permissions: pull-requests: write'," \
    "which pull requests from forks never have. The report is in the summary of the job."
  exit 0
}

export marker CREWPROF_AUTHOR
known="$(gh api --paginate "$comments" --jq '.[]
  | select((.body | startswith(env.marker)) and .user.login == env.CREWPROF_AUTHOR) | .id')" || refused
known="${known%%$'\n'*}"
body="$RUNNER_TEMP/crewprof-comment.md"
if [ -n "${CREWPROF_REPORT:-}" ] && [ -s "$CREWPROF_REPORT" ]; then
  { echo "$marker" && cat "$CREWPROF_REPORT"; } >"$body"
  if [ "$(wc -m <"$body")" -gt "$longest" ]; then
    { echo "$marker" && sed '/^<details>/,/^<\/details>/d' "$CREWPROF_REPORT"; } >"$body"
  fi
elif [ -z "$known" ] || [ "${CREWPROF_DIFF_EXIT_CODE:-0}" = 2 ]; then
  exit 0
else
  printf '%s\n### Crew cost: no change\n' "$marker" >"$body"
fi
if [ -n "$known" ]; then
  gh api --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$known" --field "body=@$body" --silent || refused
else
  gh api --method POST "$comments" --field "body=@$body" --silent || refused
fi
