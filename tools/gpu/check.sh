#!/usr/bin/env bash
# Checks and measures package cuda on a machine with an NVIDIA GPU, which need not
# have Go: build the test binary where Go is, and bring this folder along.
#
#   tools/gpu/check.sh build            makes tools/gpu/cuda.test and copies clip's files
#   tools/gpu/check.sh [RESULT.json]    runs it here, within 480 s
#
# The result is one JSON object: card, driver, what passed, products in TFLOPS, and
# PyTorch's beside them where it is installed.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)

if [ "${1:-}" = build ]; then
  cd "$here/../.."
  CGO_ENABLED=0 go test -tags cuda -c -o tools/gpu/cuda.test ./cuda
  echo "tools/gpu/cuda.test is there: bring tools/gpu and cuda/ptx to the machine with the GPU"
  exit 0
fi

out=${1:-$here/result.json}
[ -x "$here/cuda.test" ] || { echo "no $here/cuda.test: run $0 build where Go is" >&2; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
begin=$SECONDS
export FRONTDOOR_GPU=1
cd "$here/../../cuda" 2>/dev/null || cd "$here"

# run NAME SECONDS COMMAND...: keeps what the command prints, and whether it passed.
run() {
  local name=$1 limit=$2 start=$SECONDS
  shift 2
  local left=$((480 - (SECONDS - begin)))
  [ "$left" -gt 10 ] || { echo "$name skipped: no time left" | tee "$work/$name.txt"; echo '"skipped"' >"$work/$name.ok"; return; }
  if timeout "$((limit < left ? limit : left))" "$@" >"$work/$name.txt" 2>&1; then echo true; else echo false; fi >"$work/$name.ok"
  printf '%-12s %s (%d s)\n' "$name" "$(cat "$work/$name.ok")" "$((SECONDS - start))"
}

run card 20 nvidia-smi --query-gpu=name,uuid,driver_version,clocks.sm,clocks.mem,memory.total --format=csv,noheader
run kernels 120 "$here/cuda.test" -test.v -test.run 'TestRows$|TestProductOf|TestAttention$|TestRowsDoNot|TestProductsAreAsExact|TestGraphs'
run model 60 "$here/cuda.test" -test.v -test.run 'TestTensorCoresAreAsModelled'
run training 90 "$here/cuda.test" -test.v -test.run 'TestTrainingOnTheDevice'
if command -v compute-sanitizer >/dev/null; then
  run memcheck 60 compute-sanitizer --tool memcheck --error-exitcode 1 "$here/cuda.test" -test.run 'TestAttention/1_heads_of_20'
  run racecheck 60 compute-sanitizer --tool racecheck --error-exitcode 1 "$here/cuda.test" -test.run 'TestAttention/1_heads_of_20'
fi
run products 90 "$here/cuda.test" -test.run '^$' -test.bench Products -test.benchtime 200x
run pytorch 60 python3 "$here/products.py"

python3 - "$work" "$out" "$((SECONDS - begin))" <<'P'
import json, pathlib, re, sys
work, out, seconds = pathlib.Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
result = {"seconds": seconds, "passed": {}, "tflops": {}}
for f in sorted(work.glob("*.ok")):
    result["passed"][f.stem] = json.loads(f.read_text())
text = lambda name: (work / (name + ".txt")).read_text() if (work / (name + ".txt")).exists() else ""
result["card"] = text("card").strip()
for name, value in re.findall(r"BenchmarkProducts/(\S+?)(?:-\d+)?\s.*?([\d.]+) TFLOPS", text("products")):
    result["tflops"][name] = float(value)
for line in text("pytorch").splitlines():
    if line.startswith("{"):
        result["pytorch"] = json.loads(line)
result["failures"] = {f.stem: text(f.stem)[-4000:] for f in work.glob("*.ok") if json.loads(f.read_text()) is False}
pathlib.Path(out).write_text(json.dumps(result, indent=1) + "\n")
print(out)
P
