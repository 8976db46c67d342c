# tweetmoji: `make serve` sets everything up and serves, `make test` sets everything up and tests.
# Python 3.11 or newer and make are all that is needed; another interpreter: make serve PYTHON=python3.12

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
TORCH := torch==2.13.0
PYTEST := $(BIN)/python -m pytest
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.DEFAULT_GOAL := help
IMAGE ?= tweetmoji
STUDENT ?= student-hf
MODEL ?= tweetmoji-minilm
PYTHON_IMAGE ?= python:3.11-slim-bookworm
DOCKER_BUILD_FLAGS ?=
VERSION = $(shell sed -n 's/^version = "\(.*\)"/\1/p' pyproject.toml)
REVISION = $(shell git rev-parse HEAD 2>/dev/null || echo unknown)
# the remote's address without any credentials, and only if it is one that others can reach
SOURCE = $(or $(shell git remote get-url origin 2>/dev/null | sed -nE 's|^(https?)://([^/@]*@)?|\1://|p'),unknown)

.PHONY: help serve test test-train test-container image run-image check docs answers evaluation experiments audit notebooks bench clean

help: ## say what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

serve: $(VENV)/.serve ## set up and serve on http://127.0.0.1:5000
	$(BIN)/tweetmoji serve

test: check $(VENV)/.dev ## set up, check style and types, run every test that does without torch
	$(PYTEST) -m "not train and not container"

test-train: $(VENV)/.train ## the tests of training, with torch
	$(PYTEST) -m train

image: ## build the container image (PYTHON_IMAGE=… for another base, DOCKER_BUILD_FLAGS=… for the builder)
	docker build $(DOCKER_BUILD_FLAGS) --build-arg PYTHON_IMAGE=$(PYTHON_IMAGE) --build-arg VERSION=$(VERSION) \
	  --build-arg REVISION=$(REVISION) --build-arg SOURCE=$(SOURCE) --tag $(IMAGE) .

run-image: image ## build the image and serve from it on http://127.0.0.1:5005
	docker run --rm --publish 5005:5000 $(IMAGE)

test-container: $(VENV)/.dev ## build the image, drive and measure the real container, where an engine runs
	@if docker info >/dev/null 2>&1; then \
	  $(MAKE) --no-print-directory image && export TWEETMOJI_IMAGE=$(IMAGE) && $(PYTEST) tests/container && \
	  $(BIN)/python benchmarks/container.py && $(BIN)/python tools/render.py; \
	else \
	  echo 'test-container: skipped: no Docker engine answers here (docker info)'; \
	fi

check: $(VENV)/.dev ## style, types, and generated documents in step with their sources
	$(BIN)/ruff format --check --quiet
	$(BIN)/ruff check --quiet
	$(BIN)/mypy
	$(BIN)/python tools/render.py --check

docs: $(VENV)/.dev ## write the generated parts of README.md and docs/
	$(BIN)/python tools/render.py

answers: $(VENV)/.dev ## compare the shipped model's answers with the golden set
	$(BIN)/python tools/answers.py

evaluation: $(VENV)/.dev ## score the shipped model on every dataset in TWEETMOJI_DATA_DIR and on the behavioral cases
	$(BIN)/tweetmoji evaluate --source all --report reports/evaluation
	cp reports/evaluation/evaluation.json docs/evaluation/
	$(BIN)/python tools/render.py --plots

experiments: $(VENV)/.train ## measure the recipe's models (STUDENT=student-hf, MODEL=tweetmoji-minilm, TWEETMOJI_DATA_DIR)
	$(BIN)/tweetmoji train --recipe recipes/tweetmoji-minilm.toml --base $(STUDENT) --folds 5 --out reports/folds.npz
	cp reports/folds.json docs/experiments/
	$(BIN)/python benchmarks/shares.py $(STUDENT) $(MODEL)
	$(BIN)/python benchmarks/frontier.py
	$(BIN)/python tools/render.py --plots

audit: $(VENV)/.train ## audit the home dataset with out-of-fold probabilities (TWEETMOJI_DATA_DIR, TWEETMOJI_BASE)
	mkdir -p reports
	$(BIN)/tweetmoji train --folds 3 --epochs 1 --base "$${TWEETMOJI_BASE:-sentence-transformers/all-MiniLM-L6-v2}" \
	  --out reports/out-of-fold.npz
	$(BIN)/tweetmoji explore --out-of-fold reports/out-of-fold.npz --report reports/home
	cp reports/home/audit.json docs/audit/emotion.json
	$(BIN)/python tools/render.py

notebooks: $(VENV)/.train ## execute the notebooks in full and keep their outputs (TWEETMOJI_DATA_DIR, TWEETMOJI_BASE)
	$(BIN)/python notebooks/execute.py

bench: $(VENV)/.dev ## measure installation, cold start and the ways to run many texts; write benchmarks/results/
	$(BIN)/python benchmarks/installation.py
	$(BIN)/python benchmarks/batching.py
	$(BIN)/python tools/render.py

clean: ## remove the environment and everything generated
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(VENV)/.created:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "tweetmoji needs Python 3.11 or newer, \
	this is " + sys.version.split()[0] + "; name another: make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.serve: $(VENV)/.created pyproject.toml
	$(INSTALL) --editable '.[serve]'
	@touch $@

$(VENV)/.dev: $(VENV)/.created pyproject.toml
	$(INSTALL) --editable '.[serve,data,evaluate,explore,dev]'
	@touch $@

# torch first and by its exact version, so that no other dependency chooses a build
$(VENV)/.train: $(VENV)/.dev
	$(INSTALL) '$(TORCH)'
	$(INSTALL) --editable '.[serve,data,evaluate,explore,dev,train,notebooks]'
	@touch $@
