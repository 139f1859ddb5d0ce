# make demo    the whole job against the embedded lab: no root, no network
# make test    everything continuous integration runs
# make bench   start-up and one-shot latency, side by side with other tools (root; prints, never judges)
# make docs    write the manual page, the picture and the README's outputs anew
# make clean   remove what these made
#
# PYTHON chooses the interpreter .venv is made from: make test PYTHON=python3.13

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check

.PHONY: demo test bench docs clean

demo: $(VENV)/installed
	$(BIN)/probe6 demo

# pytest comes last, so that its closing line is the last line.
test: $(VENV)/installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -q --numprocesses 2

bench: $(VENV)/installed-test
	$(BIN)/python -m bench.run

docs: $(VENV)/installed-test
	$(BIN)/python -m docs.manpage
	$(BIN)/python -m docs.picture
	$(BIN)/python -m tests.readme

clean:
	rm -rf $(VENV) build dist *.egg-info
	rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find probe tests bench -type d -name __pycache__ -prune -exec rm -rf {} +

# pip is made new first: the command script an old one writes loads re, which costs more than all of probe6 --version.
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "$(PYTHON) is missing or older than Python 3.11; name another: make PYTHON=python3.12 ..." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "$(PYTHON) cannot make virtual environments; on Debian: apt-get install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --upgrade pip

$(VENV)/installed: pyproject.toml | $(BIN)/python
	$(PIP) install --editable .
	@touch $@

$(VENV)/installed-test: pyproject.toml tests/constraints.txt | $(BIN)/python
	$(PIP) install --constraint tests/constraints.txt --editable '.[test]'
	@touch $@ $(VENV)/installed
