GO ?= go
PYTHON ?= python3
STATICCHECK = honnef.co/go/tools/cmd/staticcheck@v0.8.2

.PHONY: help build test bench lint golden report tour paper-world rename release ci fuzz faults

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

build: ## compile all commands into bin/
	$(GO) build -o bin/ ./cmd/...

test: ## run all tests
	$(GO) test ./...

bench: ## run the benchmarks of the kernels and of the synthetic world
	$(GO) test -run '^$$' -bench . ./simd ./data/world

fuzz: ## fuzz every reader and kernel (FUZZTIME=10 seconds for each)
	bash tools/fuzz.sh $(or $(FUZZTIME),10)

faults: ## kill runs, stop them and fill their disks; all must come to the same bits
	bash tools/faults/faults.sh

lint: ## gofmt, go vet and staticcheck
	@test -z "$$(gofmt -l .)" || { gofmt -l .; echo "run gofmt -w on these files"; exit 1; }
	$(GO) vet ./...
	GOARCH=arm64 $(GO) vet ./simd ./imaging/...
	$(GO) run $(STATICCHECK) ./...

golden: ## rebuild the golden values (needs python3 with torch; see tools/golden)
	$(PYTHON) tools/golden/make.py

report: ## measure what docs/report.md says, and write it (SPEED=1: the speeds too)
	sh tools/report/run.sh

tour: ## redraw the figures of docs/tour
	$(GO) run ./tools/tour

paper-world: ## the paper's tables and figures on the synthetic world, in runs/paper-world (SEEDS=1,2,3)
	GO="$(GO)" tools/paper-world.sh

rename: ## give the module a home: make rename MODULE=host/you/frontdoor rewrites all import paths
	$(GO) run ./tools/rename $(MODULE)

release: ## archives, container image, sums and notes of a release, built twice and tried, in dist
	$(GO) run ./tools/release -out dist -test

ci: ## what continuous integration runs
	bash .ci/run
