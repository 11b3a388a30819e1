#!/bin/sh
# Measures what docs/report.md says and writes it to docs/report. Every run
# takes its seeds and settings from here alone; runs that are complete in RUNS
# are not repeated, and interrupted ones go on.
set -e
go=${GO:-go}
runs=${RUNS:-runs/report}
seeds=1,2,3,4,5
methods=zeroshot,maple,maple+zs,ensemble,ensemble+zs,cdc,cdc-lite,cdc-paper,cdc-ensemble,cdc-no-familiarity,cdc-shared
variants=cdc,cdc-one-look,cdc-no-familiarity,cdc-no-dstc,cdc-no-vsd,cdc-one-template,cdc-no-con,cdc-no-hand,cdc-independent,cdc-mean-prob,cdc-mean-logits,cdc-student,cdc-shared

# train FOLDER METHODS DATASET
train() {
	if [ -e "$runs/$1/config.json" ]; then
		$go run ./cmd/train -resume "$runs/$1"
	else
		$go run ./cmd/train -dataset "$3" -method "$2" -seeds "$seeds" -out "$runs/$1"
	fi
	cp "$runs/$1/results.json" "docs/report/$1.json"
}

mkdir -p docs/report "$runs"
for task in texshape coltex shape colshape; do
	train "$task" "$methods" "$task"
done
train variants "$variants" texshape
$go run ./cmd/train -compare cdc,ensemble,ensemble+zs,maple,maple+zs,zeroshot,cdc-paper,cdc-ensemble,cdc-no-familiarity,cdc-lite \
	"$runs/texshape" "$runs/coltex" "$runs/shape" "$runs/colshape" >docs/report/compare.txt
$go run ./cmd/train -compare cdc-lite,ensemble,maple \
	"$runs/texshape" "$runs/coltex" "$runs/shape" "$runs/colshape" >docs/report/compare-lite.txt
$go run ./cmd/train -compare "$variants" "$runs/variants" >docs/report/compare-variants.txt
$go test ./eval -run '^$' -bench Predict -cpu 1 -count 8 -benchtime 0.3s >docs/report/speed.txt
