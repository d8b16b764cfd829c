# `make` lists what there is to do. Everything happens inside .venv; nothing else is installed.

PYTHON  ?= python3
VENV    := .venv
BIN     := $(VENV)/bin
SOURCES := $(shell find caresim scenarios -type f -not -name '*.pyc')

# Stamps: a step is done again only when something it depends on is newer.
# An equation reads best on one line: the model's own file may be wider.
WIDE := --config 'line-length = 130' --config 'format.exclude = []'

READY := $(VENV)/.ready
DEMO  := $(VENV)/.installed
TEST  := $(VENV)/.installed-for-tests
MUTANTS := $(VENV)/.installed-for-mutants

export PIP_DISABLE_PIP_VERSION_CHECK := 1
# The tests start Python hundreds of times; what it has compiled once it must be allowed to keep
unexport PYTHONDONTWRITEBYTECODE

# A process for each processor; files of tests stay together as far as that goes
PARALLEL := -n logical --dist worksteal

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo quick test test-all test-matrix mutants lint audit clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(DEMO) ## Compare two policies and write tables, plots and a report to demo_output/
	$(BIN)/caresim run early_help_first statutory_first --out demo_output --overwrite
	@echo "The results are in $(CURDIR)/demo_output"

# Machine code that the quick tests make is kept for their next run
quick: export CARESIM_CACHE_DIR := $(CURDIR)/$(VENV)/machine_code
quick: $(TEST) ## Run the quick tests, about two minutes: no fit, no notebook, no other program
	@mkdir -p -m 700 $(CARESIM_CACHE_DIR)
	$(BIN)/python -m pytest $(PARALLEL) -m "not slow and not thorough"

test: lint ## Check style and types, then run the tests (slow ones left out)
	$(BIN)/python -m pytest $(PARALLEL)

test-all: lint ## As test, with the slow tests
	$(BIN)/python -m pytest $(PARALLEL) -m ""

test-matrix: $(TEST) ## As quick, on each Python found, with the newest and the lowest libraries
	$(BIN)/python -m nox

mutants: $(MUTANTS) ## Measure how strong the tests are: what of 500 small faults they find
	$(BIN)/python tests/mutants/run.py

lint: $(TEST) ## Check style and types only
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .
	$(BIN)/python -m ruff format --check $(WIDE) caresim/england/*.py
	$(BIN)/python -m mypy

audit: $(TEST) ## Look the installed libraries up in the public lists of known weaknesses
	$(BIN)/python -m venv $(VENV)/audit
	$(VENV)/audit/bin/python -m pip install --quiet pip-audit
	$(BIN)/python -m pip freeze --exclude-editable > $(VENV)/audit/installed.txt
	$(VENV)/audit/bin/pip-audit --strict --no-deps --disable-pip --requirement $(VENV)/audit/installed.txt

clean: ## Remove the environment, the demonstration output, builds and caches
	rm -rf $(VENV) .nox .mutants demo_output build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(READY):
	@command -v "$(PYTHON)" >/dev/null || { \
	  echo "caresim needs Python 3.11 or newer, and '$(PYTHON)' was not found. Install it, or name it: make PYTHON=python3.12 ..." >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "caresim needs Python 3.11 or newer, but '$(PYTHON)' is $$("$(PYTHON)" --version 2>&1). Name a newer one: make PYTHON=python3.12 ..." >&2; exit 1; }
	"$(PYTHON)" -m venv $(VENV)
	@touch $@

# The demonstration needs caresim itself. An editable install made for the tests will do.
$(DEMO): $(READY) pyproject.toml $(SOURCES)
	@if [ ! -e $(TEST) ] || [ pyproject.toml -nt $(TEST) ]; then \
	  echo "Installing caresim into $(VENV) ..."; \
	  rm -f $(TEST); \
	  $(BIN)/python -m pip install --quiet .; \
	fi
	@touch $@

$(TEST): $(READY) pyproject.toml
	@echo "Installing caresim and the test tools into $(VENV) ..."
	@$(BIN)/python -m pip install --quiet --editable ".[test]"
	@touch $(DEMO) $@

$(MUTANTS): $(TEST)
	@$(BIN)/python -m pip install --quiet --editable ".[test,mutants]"
	@touch $@
