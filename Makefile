# Everything a developer runs. `make run` and `make test` do all their own set-up:
# Python 3.11 and make are asked for; Debian's packages are installed when root.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
SHELL := /bin/bash
.DEFAULT_GOAL := help

.PHONY: help
help: ## Say what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

$(VENV)/.ready: requirements.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 is needed (set PYTHON= to name it)."; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.PHONY: setup
setup: $(VENV)/.ready ## Make the environment from the hashed lock

.PHONY: run
run: setup ## Start the tool with the sample negotiation; print where to sign in
	$(BIN)/drafting serve --demo --port $(PORT)

.PHONY: tools
tools: setup ## Bring what the tests need besides: browser, databases, Node's checkers
	$(BIN)/python -m tests.tools

.PHONY: lint
lint: tools ## Format, lint, types, import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	tests/js/node_modules/.bin/tsc -p tests/js/tsconfig.json

.PHONY: test
test: tools ## Run every test
	$(BIN)/python -m pytest

.PHONY: check
check: lint test ## What has to pass before anything is handed in

.PHONY: story
story: tools ## Play an acceptance story: make story NAME=table
	$(BIN)/python -m pytest tests/stories -k "$(subst -,_,$(NAME))" -p no:randomly

.PHONY: bench
bench: tools ## Print the measured figures
	$(BIN)/python -m tests.bench

.PHONY: bench-peers
bench-peers: tools ## Ours beside Hocuspocus under one load (needs some ten idle minutes and two cores)
	$(BIN)/python -m tests.bench.peers

.PHONY: fuzz
fuzz: tools ## Read mutated Word files for SECONDS (60); print what was met
	$(BIN)/python -m tests.formats.fuzz --seconds $(or $(SECONDS),60)

.PHONY: attacks
attacks: tools ## Ask the API and the sockets what nobody asks for SECONDS (60) each; audit the locks
	$(BIN)/python -m tests.security.fuzz_api --seconds $(or $(SECONDS),60)
	$(BIN)/python -m tests.security.fuzz_frames --seconds $(or $(SECONDS),60)
	$(BIN)/python -m tests.security.audit

.PHONY: kills
kills: tools ## Kill the server KILLS times (500) on DATABASE (sqlite), and look for anything lost; goes on where it stood
	$(BIN)/python -m tests.crash.harness --kills $(or $(KILLS),500) --database $(or $(DATABASE),sqlite)

.PHONY: processes
processes: tools ## Play stories and kills on two server processes with PostgreSQL and Redis
	DRAFTING_TEST_WORKERS=2 $(BIN)/python -m pytest tests/stories/test_table.py tests/stories/test_reading.py tests/crash -k "not planted and not birth and not first_database"

.PHONY: faults
faults: tools ## Set faults upon a server that take longer than a test may: make faults NAME="slow flood"
	$(BIN)/python -m tests.faults.run $(NAME)

.PHONY: lock
lock: ## Make the lock anew from pyproject.toml (needs uv)
	uv pip compile pyproject.toml --group dev --generate-hashes --no-emit-index-url --no-annotate --no-header --python-version 3.11 -o requirements.lock
