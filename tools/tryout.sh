#!/bin/sh
# What a newcomer does, from a clone to an installed program, with the time of each
# step: tools/tryout.sh CLONE PHOTOS [WORK]. PHOTOS has a folder of images for each
# class. The program that is installed, the run and its page are left in WORK.
set -eu
clone=${1:?name a repository to clone} photos=${2:?name a folder with a folder of images for each class}
work=${3:-$(mktemp -d)}
photos=$(cd "$photos" && pwd)
began=$(date +%s)
step() { echo "== $(($(date +%s) - began)) s: $*"; }

step "clone"
git clone -q "$clone" "$work/frontdoor"
cd "$work/frontdoor"

step "look the photographs over"
go run ./cmd/check -data "$photos" || echo "(what is found above is about the photographs)"

step "train, which leaves the run's page"
go run ./cmd/train -data "$photos" -shots 8 -out "$work/run"
test -s "$work/run/index.html"

step "classify with it"
image=$(find "$photos" -name '*.jpg' | sort | tail -n 1)
go run ./cmd/predict -run "$work/run" "$image"

step "install the one program and use it"
GOBIN="$work/bin" go install ./cmd/frontdoor
PATH="$work/bin:$PATH"
cd "$work"
frontdoor version
find "$photos" -name '*.jpg' | sort | tail -n 3 | frontdoor predict -run run -json -
frontdoor sort "$photos" -run run -into sorted -apply

step "done: $work/run/index.html and $work/bin/frontdoor"
