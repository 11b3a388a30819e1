#!/usr/bin/env bash
# Fuzzes every target of the project for so many seconds each (default 10), and
# fails at the first that finds something. Inputs are not made smaller at length:
# that stalls on large seeds.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-10}
grep -rlE '^func Fuzz' --include='*_test.go' . | xargs -n1 dirname | sort -u | while read -r package; do
  for target in $(grep -hoE '^func Fuzz[A-Za-z0-9]+' "$package"/*_test.go | cut -c6- | sort); do
    echo "== $package $target"
    go test -run '^$' -fuzz "^$target\$" -fuzztime "${seconds}s" -fuzzminimizetime 1x "$package" | tail -2
  done
done
