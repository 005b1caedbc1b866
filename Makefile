# `make help` lists the targets.
.DEFAULT_GOAL := help

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1\t\2/p' Makefile | expand -t 12

build: ## build bin/parlord, bin/parlorbot and bin/parlorctl
	go build -trimpath -o bin/ ./cmd/...

run: build ## build and start the server on the embedded default; it prints the page's address
	bin/parlord

test: build ## everything a change must pass; installs or names what it needs
	.ci/need
	test -z "$$(gofmt -l $$(git ls-files '*.go'))"
	go vet ./...
	go tool -modfile=internal/lint/go.mod staticcheck ./...
	go test -race -timeout 300s ./...
	go -C proto/gen vet ./... && go -C proto/gen test ./...
	npm --prefix client ci --silent --no-audit --no-fund
	npm --prefix client run --silent check
	npm --prefix client run --silent test
	.ci/play
	.ci/load

bench: build ## the benchmarks, with their reference points beside them in the same run; BENCH="flags", see docs/BENCHMARKS.md
	go run ./internal/bench $(BENCH)

bench-%: build # one part of them: bench-frames, bench-freeze, bench-codec, bench-go, bench-boards, bench-script
	go run ./internal/bench -only $* $(BENCH)

generate: ## all generated code: Go and TypeScript from proto/, the pages' scripts from client/
	go -C proto/gen run .

fuzz: ## each fuzz target for 20 s
	.ci/fuzz 20s

.PHONY: help build run test bench generate fuzz
