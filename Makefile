# Everything starts from a bare python3: each target builds what it needs in .venv, once.
# The first lines of a step say what it needs; `touch` notes that it was done, so a second run is quick.

PYTHON ?= python3
ARGS ?=
export PYTHON
# As pip does: in many offices packages come through a proxy that signs with an authority of its own.
export UV_SYSTEM_CERTS := 1

ENV := .venv
BIN := $(ENV)/bin
INSTALL := $(BIN)/uv pip install --python $(BIN)/python
# uv writes no package index address into a lock unless asked to; `make check` makes sure.
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header

# Folders whose tests use the database: they run on SQLite with all the others, then again on PostgreSQL.
ON_BOTH := $(addprefix src/forewatch/,access api audit config intake keystore office places register reports/atlas reports/exits reports/paper rights risk storage ui)

.PHONY: help demo test test-long assurance check format bench lock weaknesses wheel sbom
.DELETE_ON_ERROR:

help: ## Name the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' Makefile

demo: $(ENV)/.messages $(ENV)/.frontend ## Make up a province, score it, open the report; ARGS="..." goes to `forewatch demo`
	$(BIN)/forewatch demo $(ARGS)

test: $(ENV)/.dev $(ENV)/.messages $(ENV)/.frontend ## Run every test; ARGS="..." goes to pytest
	tools/system-parts chromium java postgres gettext libreoffice
	$(BIN)/python -m pytest -rs $(ARGS)
	tools/with-postgres $(BIN)/python -m pytest -rs $(ON_BOTH) $(ARGS)

check: $(ENV)/.dev ## Lint, format, types, imports, and the rules of this house
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tools/house.py

format: $(ENV)/.dev ## Let ruff mend what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

assurance: $(ENV)/.dev $(ENV)/.messages $(ENV)/.frontend ## Prove the promises of the access protocol (docs/assurance*.md)
	tools/system-parts chromium libreoffice postgres
	$(BIN)/python -m pytest --assurance docs/assurance.md $(ARGS)
	tools/with-postgres $(BIN)/python -m pytest --assurance docs/assurance-postgresql.md $(ARGS) $(ON_BOTH)

test-long: $(ENV)/.dev $(ENV)/.messages $(ENV)/.frontend ## The same, with what is tried by chance tried far more often
	tools/system-parts chromium libreoffice postgres
	$(BIN)/python -m pytest --long --assurance docs/assurance.md $(ARGS)
	tools/with-postgres $(BIN)/python -m pytest --long --assurance docs/assurance-postgresql.md $(ARGS) $(ON_BOTH)

bench: $(ENV)/.dev ## Measure speed and memory (docs/benchmarks.md)
	$(BIN)/python -m benchmarks $(ARGS)

weaknesses: $(ENV)/.base ## Compare the locked packages with the public list of known weaknesses
	$(BIN)/python tools/weaknesses.py requirements/*.txt frontend/package-lock.json

lock: $(ENV)/.build ## Write requirements/*.txt again; ARGS="--upgrade" takes newer versions
	$(LOCK) $(ARGS) requirements/build.in --output-file requirements/build.txt
	$(LOCK) $(ARGS) requirements/node.in --output-file requirements/node.txt
	$(LOCK) $(ARGS) pyproject.toml --output-file requirements/base.txt
	$(LOCK) $(ARGS) pyproject.toml --extra spark --group dev --output-file requirements/dev.txt

# uv and the build backend come from a hashed lock too, through the pip that python3 brings.
$(ENV)/.build: requirements/build.txt
	tools/system-parts venv
	$(PYTHON) -m venv $(ENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/build.txt
	@touch $@

$(ENV)/.base: $(ENV)/.build requirements/base.txt pyproject.toml
	$(INSTALL) --require-hashes -r requirements/base.txt
	$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

# Translations as programs read them; what translators write are the .po files.
$(ENV)/.messages: $(ENV)/.base $(shell find src -name 'django.po')
	for folder in $$(find src -name locale); do $(BIN)/pybabel --quiet compile --domain django --directory $$folder || exit 1; done
	@touch $@

# What pages need from npm (fonts, the map); where there is no Node, from a wheel of it.
$(ENV)/.frontend: $(ENV)/.base tools/front-end requirements/node.txt $(wildcard frontend/*.json frontend/*.mjs frontend/*.js)
	tools/front-end
	@touch $@

$(ENV)/.dev: $(ENV)/.base requirements/dev.txt
	$(INSTALL) --require-hashes -r requirements/dev.txt
	@touch $@

sbom: $(ENV)/.dev ## Write dist/sbom.cdx.json, which goes with a release: every locked package, its version and hashes
	$(BIN)/python tools/sbom.py dist/sbom.cdx.json

wheel: $(ENV)/.messages $(ENV)/.frontend ## Build dist/forewatch-*.whl, which an installation runs: no tests, no tools
	$(BIN)/python -m hatchling build --target wheel
