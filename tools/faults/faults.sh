#!/usr/bin/env bash
# Faults of machines: a run that is killed, stopped, or short of disk, and two
# processes on one folder, must come to the same bits as one that nothing
# happens to. Needs Go; for full disks, leave to mount a tmpfs (else these are
# left out). KILLS and SEED may be set.
set -uo pipefail
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
full=$work/full
trap 'umount "$full" 2>/dev/null; rm -rf "$work"' EXIT
go build -o "$work/train" ./cmd/train || exit 1
RANDOM=${SEED:-1}
run=(-dataset shape -method zeroshot,coop -seeds 1 -shots 2 -epochs 3 -threads 1)
failed=0

# train runs or resumes in a folder, without a word.
train() { "$work/train" "$@" >"$work/log" 2>&1; }
digest() { (cd "$1" && sha256sum checkpoint.safetensors metrics.csv results.json | cut -c1-16 | tr '\n' ' '); }
same() { # NAME FOLDER
  if [ "$(digest "$2" 2>/dev/null)" = "$want" ] && [ ! -e "$2/lock" ] && [ -z "$(find "$2" -name '.*.tmp-*')" ]; then
    echo "ok    $1"
  else
    echo "FAIL  $1: $(digest "$2" 2>&1) lock $(ls "$2/lock" 2>/dev/null) temporary $(find "$2" -name '.*.tmp-*' | wc -l); $(tail -1 "$work/log")"
    failed=1
  fi
}

begin=$(date +%s%N)
train "${run[@]}" -out "$work/good" || { cat "$work/log"; exit 1; }
took=$((($(date +%s%N) - begin) / 1000000)) # ms
want=$(digest "$work/good")
echo "a whole run takes $took ms: $want"

# nap waits for a random share of a run.
nap() { local ms=$((took * (RANDOM % 100) / 100)); sleep "$((ms / 1000)).$(printf %03d $((ms % 1000)))"; }

# Killed again and again until it is done.
kills=0 n=0
while [ $kills -lt "${KILLS:-20}" ]; do
  n=$((n + 1))
  out=$work/kill$n
  resume=()
  for _ in 1 2 3; do
    "$work/train" "${run[@]}" -out "$out" "${resume[@]}" >"$work/log" 2>&1 &
    pid=$!
    nap
    kill -9 $pid 2>/dev/null && kills=$((kills + 1))
    wait $pid 2>/dev/null
    [ -e "$out/config.json" ] && resume=(-resume)
  done
  train "${run[@]}" -out "$out" "${resume[@]}"
  find "$out" -name '.*.tmp-*' -delete # which a killed process may leave
  same "killed up to 3 times, $kills in all" "$out"
done

# reached waits until a run has made a file.
reached() { until compgen -G "$2" >/dev/null || ! kill -0 "$1" 2>/dev/null; do sleep 0.005; done; }

# Stopped at three moments: at the beginning, between two cells, and in a training.
for moment in config.json 'cells/*-zeroshot-*.json' 'cells/*-coop-*.safetensors'; do
  n=$((n + 1))
  out=$work/term$n
  "$work/train" "${run[@]}" -out "$out" >"$work/log" 2>&1 &
  pid=$!
  reached $pid "$out/$moment"
  kill -TERM $pid 2>/dev/null
  wait $pid
  code=$?
  [ $code = 130 ] || { echo "FAIL  SIGTERM at $moment ended with $code"; failed=1; }
  train -out "$out" -resume
  same "SIGTERM at $moment, which ended with $code" "$out"
done

mkdir "$full"
for size in 8k 16k 32k 64k 128k; do
  if ! mount -t tmpfs -o size=$size tmpfs "$full" 2>/dev/null; then
    echo "left out: full disks, which need leave to mount"
    break
  fi
  "$work/train" "${run[@]}" -out "$full/run" >"$work/log" 2>&1
  code=$? message=$(tail -1 "$work/log" | cut -c1-120)
  cp -r "$full/run" "$work/disk$size" 2>/dev/null
  umount "$full"
  rm -f "$work/disk$size/lock"
  if [ -e "$work/disk$size/config.json" ]; then train -out "$work/disk$size" -resume; else train "${run[@]}" -out "$work/disk$size.new"; fi
  if [ -e "$work/disk$size.new" ]; then same "a disk of $size, which ended with $code ($message)" "$work/disk$size.new"; else same "a disk of $size, which ended with $code ($message)" "$work/disk$size"; fi
done

# Two on one folder: while the first holds it, others are refused with a line that
# says who holds it and which file to delete if nobody does; then it ends as ever.
out=$work/two
"$work/train" "${run[@]}" -out "$out" >"$work/log" 2>&1 &
first=$!
reached $first "$out/config.json"
kill -STOP $first # so that it cannot end meanwhile
for resume in "" -resume; do
  "$work/train" "${run[@]}" -out "$out" $resume >"$work/log2" 2>&1
  code=$?
  message=$(tail -1 "$work/log2")
  case "$code $message" in
  "1 "*"process $first is writing it"*"delete $out/lock"*) echo "ok    a second one ${resume:-without -resume}, which ended with 1 (${message/$work/...})" ;;
  *) echo "FAIL  a second one ${resume:-without -resume} ended with $code ($message)"; failed=1 ;;
  esac
done
kill -CONT $first
wait $first
same "the first of two, which ended with $?" "$out"

# A lock whose process is gone is taken over, and what it left is continued.
out=$work/stale
"$work/train" "${run[@]}" -out "$out" >"$work/log" 2>&1 &
first=$!
reached $first "$out/config.json"
kill -9 $first
wait $first 2>/dev/null
[ -e "$out/lock" ] || { echo "FAIL  a killed run has no lock"; failed=1; }
train -out "$out" -resume
find "$out" -name '.*.tmp-*' -delete
same "a lock that a killed run left" "$out"

# A standard output that is full, and a reader that leaves.
train_out=$work/devfull
if [ -e /dev/full ]; then
  "$work/train" "${run[@]}" -out "$train_out" >/dev/full 2>"$work/log"
  code=$?
  same "a full standard output, which ended with $code" "$train_out"
  [ $code = 1 ] || failed=1
fi
"$work/train" "${run[@]}" -out "$work/head" 2>"$work/log" | head -1 >/dev/null
same "a reader that leaves after one line" "$work/head"
exit $failed
