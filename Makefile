# Everything that people and CI run. Needs Python >= 3.11; all else comes from package registries as wheels.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -q

.PHONY: help quickstart test check generate bench clean

help:
	@echo "make quickstart   start a node, deploy a script, watch it transform a stream (KEEP=1 leaves it running)"
	@echo "make test         everything that CI runs"
	@echo "make check        format, lint, types, import rules, generated files"
	@echo "make generate     rebuild every generated file"
	@echo "make bench        benchmarks beside Apache Kafka, with a table and plots in bench-out/"

# Each stamp is newer than pyproject.toml when what it installs is there.
$(VENV)/.run: pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "installing headrace into $(VENV) (once)"
	@$(PIP) install -U 'pip>=25.1'
	@$(PIP) install -e '.[node]'
	@touch $@

$(VENV)/.test: $(VENV)/.run
	@echo "installing what the tests need into $(VENV) (once)"
	@$(PIP) install --group lint
	@touch $@

$(VENV)/.bench: $(VENV)/.test
	@$(PIP) install --group bench
	@touch $@

quickstart: $(VENV)/.run
	@$(BIN)/python -m headrace.cli.quickstart $(if $(KEEP),--keep)

check: $(VENV)/.test
	@test ! -e operator/__init__.py && test ! -e node/__init__.py
	$(BIN)/ruff format --check -q .
	$(BIN)/ruff check -q .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m headrace.protocol.codegen --check
	$(BIN)/python -m headrace.contract.settings_page --check

test: check
	$(BIN)/python -m pytest -q $(PYTEST_ARGS)

generate: $(VENV)/.test
	$(BIN)/python -m headrace.protocol.codegen
	$(BIN)/python -m headrace.contract.settings_page
	PYTHONPATH=tests/harness $(BIN)/python -m headrace_testing.compatibility_page
	$(BIN)/python node/headrace/transforms/engines/guest/build.py

bench: $(VENV)/.bench
	$(BIN)/python -m bench $(BENCH_ARGS)

clean:
	rm -rf $(VENV) .cache bench-out
