# Nothing but Python 3.11 or newer and make is needed: each target makes and fills .venv as far as it needs it.

PYTHON  ?= python3.13 python3.12 python3.11 python3
WORKERS ?= 6
ARGS    ?=
SINCE   ?= HEAD
CMD     ?= /assist +33 6 62 68 21 93

VENV  := .venv
RUN   := $(VENV)/bin/python -m
PIP   := $(RUN) pip --disable-pip-version-check --quiet --quiet
# Each process that drives a browser starts a demo of its own: so only few of them do, and the others run the other tests.
SPREAD = --numprocesses=$(WORKERS) --dist=loadgroup
LOCK   = uv pip compile --quiet --universal --no-strip-extras --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate

# Stamps: each stands for one layer of .venv and is renewed when the file that it was made from changes.
RUNTIME := $(VENV)/.runtime
BUILD   := $(VENV)/.build
RELEASE := $(VENV)/.release
DEV     := $(VENV)/.dev
AUDIT   := $(VENV)/audit
PROJECT := $(VENV)/.project

# Tests start many interpreters: without kept bytecode, each would compile the whole project again.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run demo setup check trace changelog release wheel test test-install e2e chaos test-redis lint format audit bench page lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
	@echo '  PYTHON="$(PYTHON)"  interpreters to make $(VENV) with, the first that fits'
	@echo '  WORKERS=$(WORKERS)  processes that run tests at the same time'
	@echo '  ARGS="…"  more arguments for demo, test, e2e, test-redis and bench, such as ARGS="-k grammar"'

run: $(PROJECT) ## the demo, started again whenever the code changes
	@exec $(VENV)/bin/watchfiles --filter python '$(RUN) bot demo $(ARGS)' bot handlers sandbox playground

demo: $(RUNTIME) ## the bot with a sandbox Slack, a sandbox Apizee and a Redis of its own
	@exec $(RUN) bot demo $(ARGS)

setup: $(PROJECT) ## .venv with all that the other targets need, and the checks before each commit
	@if [ -d .git ] && [ -z "$$CI" ]; then $(RUN) pre_commit install > /dev/null; fi
	@echo '$(VENV) is ready'

check: lint ## lint, and the tests that the change touches; SINCE=main for all since then
	@touched=$$($(RUN) tools.touched --since $(SINCE)); \
	if [ -n "$$touched" ]; then exec $(RUN) pytest $(SPREAD) -m 'not pictures' $(ARGS) $$touched; else echo 'No test is touched'; fi

trace: $(PROJECT) ## the files that one command enters, with its calls: CMD="/assist +33 6 62 68 21 93", webhook, button or photo
	@$(RUN) tools.trace $(CMD)

changelog: $(PROJECT) ## what changelog.d/ says together
	@$(VENV)/bin/towncrier build --draft --version unreleased

release: $(RUNTIME) $(RELEASE) ## dist/: wheel, sdist, locked requirements, SBOM, units, checksums; joins changelog.d into CHANGELOG.md
	@$(RUN) tools.release join
	@rm -rf dist
	@$(VENV)/bin/hatchling build --directory dist > /dev/null
	@$(RUN) tools.release files dist

wheel: $(BUILD) ## dist/*.whl, built by the locked tools alone
	@$(PIP) wheel --no-deps --no-build-isolation --wheel-dir dist .
	@ls dist/*.whl

test: $(PROJECT) ## every test but the pictures and installations; ARGS=--cov for the coverage of bot and handlers as well
	$(RUN) pytest $(SPREAD) -m 'not pictures and not install' $(ARGS)

e2e: $(PROJECT) ## the tests that drive a browser alone, and all pictures; needs Chromium, else they are skipped
	$(RUN) pytest $(SPREAD) tests/browser $(ARGS)

chaos: $(PROJECT) ## ten minutes in which everything goes wrong at once; CHAOS_COMMANDS, CHAOS_SECONDS, CHAOS_SEED change it
	@mkdir -p build
	CHAOS_COMMANDS=$${CHAOS_COMMANDS:-600} CHAOS_SECONDS=$${CHAOS_SECONDS:-480} $(RUN) pytest -s --basetemp=build/chaos --timeout=0 -o faulthandler_timeout=0 tests/chaos $(ARGS)

test-redis: $(PROJECT) ## the tests that meet a Redis against the server at TEST_REDIS_URL
	@: "$${TEST_REDIS_URL:?TEST_REDIS_URL names the server, such as redis://127.0.0.1:6379}"
	$(RUN) pytest $(SPREAD) -m 'not browser and not install' $(ARGS)

test-install: $(PROJECT) ## installs everything from scratch, with the oldest and the newest pip; needs a package index
	$(RUN) pytest -m install --timeout=1800 -o faulthandler_timeout=900 $(ARGS)

lint: $(PROJECT) ## format, style, types, import rules, dependencies
	$(RUN) ruff format --check
	$(RUN) ruff check
	$(RUN) mypy
	$(VENV)/bin/lint-imports
	$(RUN) deptry .

format: $(PROJECT) ## format the code
	$(RUN) ruff format
	$(RUN) ruff check --fix

audit: $(RUNTIME) $(AUDIT) ## the licences of what is locked, and its known vulnerabilities where advisories can be reached
	@mkdir -p build && rm -f build/licenses.csv
	@$(AUDIT)/bin/pip-licenses --python $(VENV)/bin/python --output-file build/licenses.csv \
		--packages $$(sed -n 's/^\([a-z0-9._-]*\).*==.*/\1/p' requirements/base.txt) > /dev/null
	@grep -o '^"[^"]*","[^"]*","[^"]*' build/licenses.csv
	@$(AUDIT)/bin/pip-audit --strict --disable-pip --no-deps --require-hashes --progress-spinner off \
		--requirement requirements/base.txt || { echo 'Vulnerabilities: not all of what is locked could be asked about, or some are known' >&2; exit 1; }

bench: $(PROJECT) ## what the bot costs, beside what others would use; writes docs/performance.md
	@exec $(RUN) benchmarks $(ARGS)

page: ## the playground's page, checked and built from its source (needs Node 20.19 or newer)
	cd playground/web && npm ci && npm run lint && npm test && npm run build

lock: ## renew requirements/ from pyproject.toml (needs uv; ARGS=--upgrade for newer versions)
	$(LOCK) $(ARGS) pyproject.toml --output-file requirements/base.txt
	$(LOCK) $(ARGS) pyproject.toml --group dev --constraints requirements/base.txt --output-file requirements/dev.txt
	$(LOCK) $(ARGS) pyproject.toml --extra otel --constraints requirements/dev.txt --output-file requirements/otel.txt
	$(LOCK) $(ARGS) pyproject.toml --extra charts --constraints requirements/dev.txt --output-file requirements/charts.txt
	$(LOCK) $(ARGS) --group pyproject.toml:build --constraints requirements/dev.txt --output-file requirements/build.txt
	$(LOCK) $(ARGS) --group pyproject.toml:deploy --constraints requirements/dev.txt --output-file requirements/deploy.txt
	$(LOCK) $(ARGS) --group pyproject.toml:audit --constraints requirements/dev.txt --output-file requirements/audit.txt
	$(LOCK) $(ARGS) --group pyproject.toml:release --constraints requirements/dev.txt --output-file requirements/release.txt

clean: ## remove .venv and everything else that was made
	rm -rf $(VENV) .*_cache .coverage .coverage.* .hypothesis build dist playground/web/node_modules
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(PROJECT): pyproject.toml $(DEV)
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(DEV): requirements/dev.txt $(RUNTIME)
	@echo 'Installing what tests and linters need'
	@$(PIP) install --no-deps --require-hashes --requirement $<
	@$(PIP) check
	@touch $@

$(RUNTIME): requirements/base.txt $(VENV)/.made
	@echo 'Installing what the bot needs'
	@$(PIP) install --no-deps --require-hashes --requirement $<
	@$(PIP) check
	@touch $@

$(BUILD): requirements/build.txt $(VENV)/.made
	@echo 'Installing what builds the wheel'
	@$(PIP) install --no-deps --require-hashes --requirement $<
	@touch $@

$(RELEASE): requirements/release.txt $(VENV)/.made
	@echo 'Installing what makes a release'
	@$(PIP) install --no-deps --require-hashes --requirement $<
	@touch $@

# An environment of its own: what asks brings a pip along.
$(AUDIT): requirements/audit.txt $(VENV)/.made
	@echo 'Installing what asks for licences and vulnerabilities'
	@$(RUN) venv --clear $@
	@$@/bin/python -m pip --disable-pip-version-check --quiet install --no-deps --require-hashes --requirement $<

$(VENV)/.made:
	@for python in $(PYTHON); do \
		"$$python" -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
		echo "Making $(VENV) with $$python"; \
		"$$python" -m venv --clear $(VENV) && touch $@ && exit; \
	done; \
	echo 'Python 3.11 or newer with its venv module is needed. Name yours with: make PYTHON=/path/to/python' >&2; exit 1
