#!/usr/bin/env bash
# Lets schemathesis (PyPI) make requests out of the service's own /openapi.json, good
# ones and bad ones, and compare the answers with it:
#
#   bash tools/peers/schemathesis.sh [REQUESTS OF EACH KIND]
#
# Left out is the check that what the schema allows is answered: a schema cannot say
# which strings are pictures, and what cannot be read as one is refused with 422.
set -euo pipefail
cd "$(dirname "$0")/../.."
there=$(mktemp -d)
trap 'kill $(cat "$there/pid" 2>/dev/null) 2>/dev/null || true; rm -rf "$there"' EXIT
schemathesis=$(command -v schemathesis || true)
if [ -z "$schemathesis" ]; then
  python3 -m venv "$there/venv"
  "$there/venv/bin/pip" install --quiet schemathesis==4.*
  schemathesis=$there/venv/bin/schemathesis
fi
go build -o "$there/serve" ./cmd/serve
"$there/serve" -model tiny -labels "circle,ring,star" -listen 127.0.0.1:0 >"$there/out" 2>"$there/log" &
echo $! >"$there/pid"
for _ in $(seq 100); do
  address=$(sed -n 's/^serving .* at //p' "$there/out")
  [ -z "$address" ] || break
  sleep 0.2
done
[ -n "$address" ] || { cat "$there/log"; exit 1; }
cd "$there" # it leaves files of its own
"$schemathesis" run "$address/openapi.json" --checks all --exclude-checks positive_data_acceptance \
  --max-examples "${1:-50}" --request-timeout 60 --no-color --seed 1
