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

export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test test-all lint clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(DEMO) ## Compare two policies and write tables, plots and a report to demo_output/
	$(BIN)/caresim run early_help_first statutory_first --out demo_output --overwrite
	@echo "The results are in $(CURDIR)/demo_output"

test: lint ## Check style and types, then run the tests (slow ones left out)
	$(BIN)/python -m pytest

test-all: lint ## As test, with the slow tests
	$(BIN)/python -m pytest -m ""

lint: $(TEST) ## Check style and types only
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .
	$(BIN)/python -m ruff format --check $(WIDE) caresim/england/*.py
	$(BIN)/python -m mypy

clean: ## Remove the environment, the demonstration output, builds and caches
	rm -rf $(VENV) demo_output build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
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
