#!/bin/sh
# The paper's tables and figures on the synthetic world, made from nothing: every
# protocol, the sweep over the number of templates, the ablations and the curve
# by epoch, one run folder each, and one page that shows all of them.
#
#   tools/paper-world.sh [FOLDER]        make paper-world does the same
#
# Interrupted or called again, it goes on where it stopped. SEEDS=1,2,3,4,5 in
# the environment takes other seeds, in a folder of their own.
set -eu
out=${1:-runs/paper-world}
seeds=${SEEDS:-1,2,3}
train=${TRAIN:-bin/train}
predict=${PREDICT:-bin/predict}
[ -n "${TRAIN:-}" ] || ${GO:-go} build -o bin/ ./cmd/train ./cmd/predict

# experiment FOLDER FLAGS...: begin a run, or go on with it.
experiment() {
	folder=$out/$1
	shift
	echo "== $folder"
	if [ -f "$folder/config.json" ]; then
		"$train" -resume "$folder"
	else
		"$train" -out "$folder" -seeds "$seeds" "$@"
	fi
}

mkdir -p "$out"
experiment 1-base-to-new -dataset world -method zeroshot,coop,cocoop,maple,maple+zs,ensemble,cdc
experiment 2-few-shot -dataset texshape -protocol fewshot -method zeroshot,coop,maple,cdc
experiment 3-cross-dataset -dataset texshape -protocol xd -method zeroshot,coop,maple,ensemble,cdc
experiment 4-domain-generalisation -dataset texshape -protocol dg -method zeroshot,coop,maple,ensemble,cdc
experiment 5-number-of-templates -dataset texshape -templates 1,2,4,8 -method ensemble,cdc
experiment 6-ablations -dataset texshape -method ablations
experiment 7-training -dataset texshape -method zeroshot,coop,maple,ensemble,cdc -epochs 12 -curve

# Full and partial descriptions of one picture.
"$predict" -render "striped star" -figure "$out/image-and-captions.png" \
	-captions "a striped star;a star;striped;a red star;red;a dotted star;a striped ring;a blue ring" >"$out/image-and-captions.txt"
"$train" -figures "$out"
