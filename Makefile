# `make demo` and `make test` are the only set-up a person needs: each makes .venv when it is missing.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test lint types layers tests benchmarks completions clean

demo: $(VENV)/.installed-local
	$(BIN)/lds demo

test: lint types layers tests

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.installed-dev
	$(BIN)/mypy

layers: $(VENV)/.installed-dev
	$(BIN)/lint-imports --no-cache

# Tests wait for servers and clocks more than they compute: two for each core keep it busy.
tests: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -n $$((2 * $$(getconf _NPROCESSORS_ONLN))) --dist loadfile

benchmarks: $(VENV)/.installed-dev
	$(BIN)/python -m benchmarks

completions: $(VENV)/.installed-dev
	for shell in bash zsh fish; do $(BIN)/lds completion $$shell > completions/lds.$$shell || exit 1; done

clean:
	rm -rf $(VENV)

$(VENV)/.made:
	$(PYTHON) -c 'import sys; sys.exit("lds needs Python 3.11 or newer; try: make PYTHON=python3.12") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	touch $@

$(VENV)/.installed-local: $(VENV)/.made pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[local]'
	touch $@

$(VENV)/.installed-dev: $(VENV)/.made pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[local,dev]'
	touch $@ $(VENV)/.installed-local
