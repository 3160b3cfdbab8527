# Everything a reader of this project runs. It needs python3 (3.11 or newer), make and a package registry.
#
#   PYTHON=python3.13 make test     another interpreter; the folder is made again when the version differs
#   VENV=.venv-3.13 make test       another folder, to keep both

PYTHON  ?= python3
VENV    ?= .venv
WORKERS ?= 2
ARGS    ?=

.DEFAULT_GOAL := help
.PHONY: help run test test-tools test-all check format bench golden lock clean build deploy

BIN := $(VENV)/bin
PY  := $(BIN)/python

# The stamps in $(VENV) carry the version of Python and this folder's name, so that a copied or moved
# checkout, or another PYTHON, gets a fresh environment instead of somebody else's code. An existing
# environment answers for itself unless PYTHON was asked for.
WHO := import os, sys, zlib; print("%d.%d-%08x" % (sys.version_info[0], sys.version_info[1], zlib.crc32(os.getcwd().encode()) & 0xFFFFFFFF))
KEY := $(shell $(if $(filter file,$(origin PYTHON)),$(or $(wildcard $(PY)),$(PYTHON)),$(PYTHON)) -c '$(WHO)' 2>/dev/null)

MADE := $(VENV)/.made-$(KEY)
RUN  := $(VENV)/.run-$(KEY)
DEV  := $(VENV)/.dev-$(KEY)
NODE := tests/node_modules/.installed
FOCUS := .venv-focus/.installed-$(KEY)
SAM   := .venv-sam/.installed-$(KEY)
CHECKOV := .venv-checkov/.installed-$(KEY)

RUN_LOCKS := layers/core/requirements.txt layers/core/requirements-build.txt
PIP := $(PY) -m pip --disable-pip-version-check install --quiet

help: ## this list
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | while IFS='|' read -r name text; \
	do printf '%-18s %s\n' "$$name" "$$text"; done

# Rooms with a floor of coverage, which their own tests reach. Measuring doubles the time of a test.
FLOORED := ledger store model

run: $(RUN) ## collect, write the ledger, render the report and say where it is (a demo until something is configured)
	@$(BIN)/ecot run $(ARGS)

test: $(DEV) ## the tests that need Python only, with the coverage floor of ledger, store and model
	$(PY) -m pytest -m "not tools" -n $(WORKERS) $(FLOORED:%=tests/%) $(FLOORED:%=--cov=ecot.%) --cov-report=
	$(PY) tests/coverage_floor.py
	$(PY) -m pytest -m "not tools" -n $(WORKERS) $(FLOORED:%=--ignore=tests/%)

test-tools: $(DEV) $(NODE) $(FOCUS) $(SAM) $(CHECKOV) ## the tests that need Node, Chromium, SAM or FOCUS's validator
	$(PY) -m pytest -m tools -n $(WORKERS)

test-all: test test-tools ## every test

check: $(DEV) ## format, lint, strict types, who imports whom, documents against code
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(PY) -m pytest --quiet $(wildcard tests/test_house.py tests/test_locks.py tests/test_docs.py)

format: $(DEV) ## let ruff put the code in order
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(DEV) $(NODE) $(SAM) ## the numbers that hold (docs/benchmarks.md), measured here
	$(PY) -m tests.bench $(ARGS)

golden: $(DEV) ## write expected rows beside recorded answers (ARGS=--force overwrites), and the page of suppliers
	$(PY) -m tests.golden $(ARGS)
	$(PY) -m tests.provider_table

# Pins stay as they are unless their requirement changed; ARGS=--upgrade moves them all.
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command "make lock" $(ARGS)

lock: $(DEV) ## write the lock files again (ARGS=--upgrade for newer releases)
	$(COMPILE) pyproject.toml -o layers/core/requirements.txt
	$(COMPILE) -c layers/core/requirements.txt --group build -o layers/core/requirements-build.txt
	$(COMPILE) -c layers/core/requirements.txt --excludes layers/deps/left-out.txt pyproject.toml -o layers/deps/requirements.txt
	$(COMPILE) -c layers/core/requirements.txt -c layers/core/requirements-build.txt pyproject.toml --group dev -o tests/requirements.txt
	$(COMPILE) --group sam -o tests/sam.txt
	$(COMPILE) --group checkov -o tests/checkov.txt
	$(COMPILE) --group focus-build -o tests/focus-validator-build.txt
	$(COMPILE) --group focus -o tests/focus-validator.txt
	cd tests && npm install --package-lock-only

# The functions' code and both layers, for Lambda. SAM keeps to its own environment, and finds uv on the path.
# Templates are beside the layer's folder, so that it is built where it stands (--build-in-source).
# PYTHON313 names the interpreter that compiles the layers, where none is found by itself.
export SAM_CLI_TELEMETRY := 0
BUILT := .aws-sam/build
SAM_BUILD = PATH="$(abspath $(BIN)):$$PATH" .venv-sam/bin/sam build --build-in-source --build-dir $(BUILT)

build: $(SAM) ## build functions and layers for Lambda, say how large they are, and fail where that is too large
	@mkdir -p $(dir $(BUILT))
	@$(SAM_BUILD) >$(BUILT).log 2>&1 || { cat $(BUILT).log >&2; exit 1; }
	@grep -h "No working python3.13" $(BUILT).log >&2 || true
	@$(PY) layers/sizes.py $(BUILT)

deploy: build ## bring what was built into your AWS account (guided the first time), and say how to go on
	@SAM="$(abspath .venv-sam)/bin/sam" ECOT="$(abspath $(BIN))/ecot" $(PY) layers/deploy.py $(ARGS)

clean: ## remove what make made; the ledger in .ecot stays
	rm -rf $(VENV) .venv-focus .venv-sam .venv-checkov .aws-sam tests/node_modules dist .coverage .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find layers functions tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(MADE):
	@command -v "$(PYTHON)" >/dev/null 2>&1 || { \
	  echo "$(PYTHON) was not found. Ecot needs Python 3.11 or newer; name one with PYTHON=python3.13 make ..." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Ecot needs Python 3.11 or newer, and $(PYTHON) is not ($$($(PYTHON) --version 2>&1 | head -n 1))." >&2; \
	  echo "Install a newer one and name it: PYTHON=python3.13 make ..." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "$(PYTHON) comes without the venv module. On Debian and Ubuntu: apt install python3-venv" >&2; \
	  echo "(or python3.13-venv, when that is the version you named)." >&2; exit 1; }
	@echo "Setting up $(VENV) with $$($(PYTHON) --version) ..." >&2
	@$(PYTHON) -m venv --clear $(VENV)
	@touch $@

$(RUN): $(MADE) $(RUN_LOCKS) pyproject.toml
	@$(PIP) --require-hashes $(RUN_LOCKS:%=-r %)
	@$(PIP) --no-build-isolation --no-deps --editable .
	@touch $@

$(DEV): $(RUN) tests/requirements.txt
	@echo "Installing what the tests need ..." >&2
	@$(PIP) --require-hashes -r tests/requirements.txt
	@touch $@

# FOCUS's validator pins a numpy that has no wheel for Python 3.13: there its tests say so.
FOCUS_PIP := .venv-focus/bin/python -m pip --disable-pip-version-check install --quiet --require-hashes
$(FOCUS): $(MADE) tests/focus-validator.txt tests/focus-validator-build.txt
	@echo "Installing FOCUS's validator in .venv-focus ..." >&2
	@$(PY) -m venv --clear .venv-focus
	@if $(PY) -c 'import sys; sys.exit(sys.version_info >= (3, 13))'; then \
	  $(FOCUS_PIP) -r tests/focus-validator-build.txt && \
	  $(FOCUS_PIP) --no-build-isolation -r tests/focus-validator.txt; fi
	@touch $@

# uv, for pip asks for the pin of a requirement with extras in another form than the lock has it.
$(SAM) $(CHECKOV): .venv-%/.installed-$(KEY): tests/%.txt $(DEV)
	@echo "Installing $* in .venv-$* ..." >&2
	@$(PY) -m venv --clear .venv-$*
	@$(BIN)/uv pip install --quiet --python .venv-$*/bin/python --require-hashes -r tests/$*.txt
	@touch $@

$(NODE): tests/package-lock.json tests/.npmrc
	@command -v npm >/dev/null 2>&1 || { echo "make test-all needs Node 18.20.1 or newer with npm. On Debian: apt install nodejs npm" >&2; exit 1; }
	cd tests && npm ci
	@touch $@
