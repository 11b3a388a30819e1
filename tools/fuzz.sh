#!/usr/bin/env bash
# Fuzzes every target of the project for so many seconds each (default 10), and
# fails at the first that finds something, with all that it printed and the input
# that failed. Inputs are not made smaller at length: that stalls on large seeds.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-10}
log=$(mktemp)
trap 'rm -f "$log"' EXIT

# overtime tells whether the log is of a run that failed only because its time was
# up: before Go 1.27 the deadline can overtake the engine's own end of the run
# (golang/go#75804). A finding always names its input.
overtime() {
  grep -q '^ *context deadline exceeded$' "$log" &&
    ! grep -qE 'Failing input written|seed corpus entry|^panic:' "$log"
}

# finding shows the log, and the file that it names.
finding() {
  cat "$log"
  sed -n 's|.*Failing input written to \(testdata/[^ ]*\).*|\1|p' "$log" | while read -r input; do
    echo "-- $input, at most 4000 bytes of it"
    head -c 4000 "$1/$input"
  done
}

grep -rlE '^func Fuzz' --include='*_test.go' . | xargs -n1 dirname | sort -u | while read -r package; do
  for target in $(grep -hoE '^func Fuzz[A-Za-z0-9]+' "$package"/*_test.go | cut -c6- | sort); do
    echo "== $package $target"
    if go test -run '^$' -fuzz "^$target\$" -fuzztime "${seconds}s" -fuzzminimizetime 1x "$package" >"$log" 2>&1; then
      tail -1 "$log"
    elif overtime; then
      echo "nothing found: only its time was up (golang/go#75804)"
    else
      finding "$package"
      exit 1
    fi
  done
done
