# Sourced by the others: the inputs as arrays. Nothing of an input is ever run.
paths=()
while IFS= read -r line; do
  line="${line#"${line%%[![:space:]]*}"}"
  line="${line%"${line##*[![:space:]]}"}"
  if [ -n "$line" ]; then paths+=("$line"); fi
done <<<"${CREWPROF_PATHS:-.}"
if [ "${#paths[@]}" -eq 0 ]; then paths=(.); fi
args=()
read -r -a args <<<"${CREWPROF_ARGS:-}" || true

# Run a command whose output must not be taken for commands of the workflow; its exit code.
quietly() {
  local word code=0
  word="$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')"
  echo "::stop-commands::$word"
  "$@" || code=$?
  echo "::$word::"
  return "$code"
}
