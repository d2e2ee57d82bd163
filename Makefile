# PYTHON=… chooses the interpreter; otherwise the first of these that is new enough is taken.
CANDIDATES = python3.11 python3 python3.14 python3.13 python3.12
NEW_ENOUGH = 'import sys; sys.exit(sys.version_info < (3, 11))'
ifndef PYTHON
PYTHON := $(shell for p in $(CANDIDATES); do $$p -c $(NEW_ENOUGH) 2>/dev/null && echo $$p && break; done)
endif
BIN = .venv/bin

.DEFAULT_GOAL := help
.PHONY: help run test lint bench torture clean python installed installed-dev catalogues

help: ## list these commands
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1|\2/p' Makefile | awk -F'|' '{ printf "%-14s %s\n", $$1, $$2 }'

run: installed ## install, migrate and start everything; Ctrl-C stops it (PORT=8001 moves it)
	@exec $(BIN)/python -m app.kernel.supervisor --with-parent

test: installed-dev catalogues ## run the tests (ARGS="-k name" chooses some)
	@$(BIN)/python -m pytest -n auto $(ARGS)

lint: installed-dev catalogues ## check style, floors of the house, translations and campaign packs
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports
	@$(BIN)/flask translations check
	@$(BIN)/flask states check
	@$(BIN)/flask campaign check campaigns/un75
	@$(BIN)/flask campaign check campaigns/demo

bench: installed-dev catalogues ## measure speed and memory against bare Flask views
	@$(BIN)/python -m tests.bench $(ARGS)

torture: installed-dev catalogues ## kill every process at random moments under load and count what is left
	@$(BIN)/python -m tests.torture $(ARGS)

clean: ## remove what can be made again; the data in instance/ stays
	@rm -rf .venv .pytest_cache .ruff_cache .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
	@find translations -name '*.mo' -delete

python:
	@test -n "$(PYTHON)" || { echo "plenary: Python 3.11 or newer is needed and none was found; install it, or name it:" \
		"PYTHON=/path/to/python3.11 make run" >&2; exit 2; }
	@$(PYTHON) -c $(NEW_ENOUGH) 2>/dev/null || { echo "plenary: Python 3.11 or newer is needed, and $(PYTHON) is not:" \
		"try PYTHON=python3.11 make run" >&2; exit 2; }

installed: python
	@$(PYTHON) -I app/kernel/bootstrap.py requirements.txt

installed-dev: python
	@$(PYTHON) -I app/kernel/bootstrap.py requirements-dev.txt

catalogues: installed-dev
	@if ls translations/*/LC_MESSAGES/*.po >/dev/null 2>&1; then $(BIN)/pybabel --quiet compile -d translations; fi
