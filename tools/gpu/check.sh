#!/usr/bin/env bash
# Checks and measures package cuda on a machine with an NVIDIA GPU, which need not
# have Go: build where Go is, and bring the archive along.
#
#   tools/gpu/check.sh build            makes tools/gpu/gpu.tar.gz: programs, this folder, golden values
#   tar xzf gpu.tar.gz                  on the machine with the GPU
#   tools/gpu/check.sh [RESULT.json]    runs there, within 480 s
#   go run ./cmd/bench -only gpu/ -gpu RESULT.json      shows it with the ratios to reach
#
# The result is one JSON object: card, what passed, measurements beside PyTorch's.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
limit=480

if [ "${1:-}" = build ]; then
  cd "$root"
  CGO_ENABLED=0 go test -tags cuda -c -o tools/gpu/cuda.test ./cuda
  CGO_ENABLED=0 go build -tags cuda -o tools/gpu/bench ./cmd/bench
  tar czf tools/gpu/gpu.tar.gz tools/gpu/*.sh tools/gpu/*.py tools/gpu/cuda.test tools/gpu/bench cuda/ptx \
    clip/testdata/torch_clip.json prompt/testdata/torch_maple.json internal/ptx/testdata/mma
  echo "bring tools/gpu/gpu.tar.gz to the machine with the GPU"
  exit 0
fi

out=$(realpath -m "${1:-$here/result.json}")
[ -x "$here/cuda.test" ] && [ -x "$here/bench" ] || { echo "no $here/cuda.test and bench: run $0 build where Go is" >&2; exit 1; }
command -v python3 >/dev/null || { echo "no python3, which writes the result" >&2; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
begin=$SECONDS
export FRONTDOOR_GPU=1
cd "$root/cuda"

# run NAME SECONDS COMMAND...: keeps what the command prints, and whether it passed.
# No part outlasts the limit of all.
run() {
  local name=$1 most=$2 start=$SECONDS
  shift 2
  local left=$((limit - 10 - (SECONDS - begin)))
  if [ "$left" -lt 5 ]; then
    echo '"skipped"' >"$work/$name.ok"
  elif timeout -k 2 "$((most < left ? most : left))" "$@" >"$work/$name.txt" 2>"$work/$name.err"; then
    echo true >"$work/$name.ok"
  else
    echo false >"$work/$name.ok"
  fi
  printf '%-10s %s (%d s)\n' "$name" "$(cat "$work/$name.ok")" "$((SECONDS - start))"
}

tests() { # NAME SECONDS PATTERN
  run "$1" "$2" "$here/cuda.test" -test.v -test.run "$3"
}

sanitize() { # NAME SECONDS
  if command -v compute-sanitizer >/dev/null; then
    run "$1" "$2" compute-sanitizer --tool "$1" --error-exitcode 1 "$here/cuda.test" \
      -test.run 'TestProductOfHalves/.*32_64.*_x3|TestAttention/1_heads_of_20|TestRows/layernorm'
  else
    echo '"skipped"' >"$work/$1.ok"
  fi
}

run card 10 nvidia-smi --query-gpu=name,uuid,driver_version,clocks.sm,clocks.max.sm,clocks.mem,memory.total --format=csv,noheader
tests compile 40 'TestEveryKernelCompiles'
tests mma 20 'TestRecordedVectors|TestTensorCoresAreAsModelled'
tests kernels 60 'TestRows$|TestProductOf|TestAttention$|TestRowsDoNot|TestProductsAreAsExact|TestGraphs'
tests training 40 'TestGolden|TestSomeWeights|TestTrainingOnTheDevice'
run products 40 "$here/cuda.test" -test.run '^$' -test.bench Products -test.benchtime 200x
run pytorch 30 python3 "$here/products.py"
run bench 170 "$here/bench" -device cuda -rounds 3 -json
sanitize memcheck 40
sanitize racecheck 40

python3 "$here/result.py" "$work" "$out" "$((SECONDS - begin))"
