#!/bin/sh
# Measures what docs/report.md says: makes the runs, takes what the page needs
# of them into docs/report, and writes the page. Every run takes its seeds and
# settings from here alone; runs that are complete in RUNS are not repeated,
# and interrupted ones go on. All of it takes about an hour of processor time
# (AMD EPYC, AVX2 kernels). SPEED=1 measures images per second anew, which
# wants a machine with nothing else to do.
set -e
go=${GO:-go}
runs=${RUNS:-runs/report}

# train NAME FLAGS...
train() {
	name=$1
	shift
	if [ -e "$runs/$name/config.json" ]; then
		$go run ./cmd/train -resume "$runs/$name"
	else
		$go run ./cmd/train "$@" -out "$runs/$name"
	fi
}

variants=cdc,cdc-one-template,cdc-two-templates,cdc-eight-templates,cdc-no-dstc,cdc-no-vsd,cdc-views2
variants=$variants,cdc-no-fused,cdc-no-de,cdc-de3,cdc-no-con,cdc-con4,cdc-kl,cdc-softplus,cdc-relu,cdc-offset-mean,cdc-offset-max
variants=$variants,cdc-mean-prob,cdc-mean-logits,cdc-no-hand,cdc-one-look,cdc-independent
five=1,2,3,4,5

train rivals -dataset world -method zeroshot,coop,cocoop,vpt,ivlp,maple,maple+zs,ensemble,ensemble+zs -seeds $five
train cdc -dataset world -method cdc,cdc-lite,cdc-paper,cdc-ensemble,cdc-no-familiarity,cdc-open,cdc-shared,cdc-student -seeds $five
train ablations -dataset texshape -method $variants -seeds $five
train ablations-shape -dataset shape -method $variants -seeds $five
train no-vsd -dataset coltex,colshape -method cdc-no-vsd -seeds $five
train epochs -dataset texshape -method zeroshot,maple,cdc-paper,cdc -seeds $five -epochs 12 -curve
train study -dataset texshape,shape -method zeroshot,coop,maple,ensemble,cdc-ensemble,cdc -seeds 1,2,3 -study
train study-rest -dataset coltex,colshape -method zeroshot,coop,maple,ensemble,cdc-ensemble,cdc -seeds 1,2,3 -study
train study-no-vsd -dataset world -method cdc-no-vsd -seeds 1,2,3 -study
if [ -n "$SPEED" ]; then
	$go test ./eval -run '^$' -bench Predict -cpu 1 -count 8 -benchtime 0.3s >docs/report/speed.txt
fi
$go run ./tools/report -runs "$runs"
