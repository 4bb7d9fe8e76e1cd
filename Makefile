# make demo · make test · make check: see README.md. Everything happens in .venv; nothing is installed elsewhere.
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
SHARED := ../shared
STAMP := $(VENV)/.installed
DEV := $(VENV)/.installed-dev
TRAIN := $(VENV)/.installed-train

# Corpora, pages and conformance suites that lie beside a checkout; what needs them is skipped where they aren't there.
ifneq ($(wildcard $(SHARED)),)
export ZONEKG_CORPORA ?= $(abspath $(SHARED)/corpora)
export ZONEKG_PAGES ?= $(abspath $(SHARED)/seeds)
export ZONEKG_GOLD ?= $(abspath $(SHARED)/gold)
export ZONEKG_CONFORMANCE ?= $(abspath $(SHARED)/conformance)
export ZONEKG_BENCH ?= $(abspath $(SHARED)/bench)
endif

.DEFAULT_GOAL := help
.PHONY: help demo test test-all check docs bench-endpoint lock model clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "make: Python 3.11 or newer is needed (PYTHON=…)"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(STAMP): requirements.lock pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

$(DEV): requirements-dev.lock $(STAMP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-dev.lock
	@touch $@

$(TRAIN): requirements-train.lock $(STAMP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-train.lock
	@touch $@

demo: $(STAMP) ## Build the graph from seeds/articles and serve it (PORT=8000)
	$(BIN)/zonekg build seeds/articles --fresh --store demo.store
	$(BIN)/zonekg serve --store demo.store --port $(PORT)

test: $(DEV) ## Run the tests that need nothing but the project
	$(BIN)/python -m pytest -n 2 -m "not java and not browser and not slow"

test-all: $(DEV) ## Run all tests, installing Java and a browser where that is allowed (else those skip)
	bash .ci/install
	$(BIN)/python -m pytest -n 2

check: $(DEV) ## Style, types, import directions, docs
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python docs/generate.py --check
	$(BIN)/python -m mkdocs build --strict --quiet --site-dir build/site

docs: $(DEV) ## Build the documentation into build/site
	$(BIN)/python -m mkdocs build --strict --site-dir build/site

bench-endpoint: $(DEV) ## Measure the endpoint beside other servers into docs/performance.md (BENCH="--quads 2000000": other options)
	$(BIN)/python benchmarks/endpoint/run.py --write $(BENCH)

lock: $(BIN)/python ## Resolve the dependencies anew
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet -o requirements.lock
	$(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --extra dev --constraint requirements.lock --generate-hashes --no-emit-index-url --no-header --quiet -o requirements-dev.lock
	$(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --extra train --constraint requirements.lock --generate-hashes --no-emit-index-url --no-header --quiet -o requirements-train.lock

model: $(TRAIN) ## Train the language model anew from seeds/corpus and the corpora in ZONEKG_CORPORA (PyTorch, Java, Maven; MODEL="--force": other options)
	@: "$${ZONEKG_CORPORA:?set it to the folder of the corpora, see docs/model-card.md}"
	$(BIN)/python -m spacy project run model . $(MODEL)

clean: ## Remove what make made
	rm -rf $(VENV) build demo.store
