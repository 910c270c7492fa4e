# One environment, in .venv. `make run` needs little of it, everything else needs all of it.
# Nothing is installed twice: the files in $(STAMPS) tell what stands in it.

NEW     := import sys; sys.exit(sys.version_info < (3, 11))
BASE    ?= $(shell for p in python3.11 python3 python; do $$p -c '$(NEW)' 2>/dev/null && echo $$p && break; done)
ENV     := .venv
STAMPS  := $(ENV)/stamps
PYTHON  := $(ENV)/bin/python
CSSIM   := $(ENV)/bin/cssim
PIP     := $(PYTHON) -m pip --disable-pip-version-check
JOBS    ?= $(shell nproc 2>/dev/null || echo 2)
RESULTS ?= results/baseline
SLOWER  := architecture docs golden theory experiment

# `make run` alone on a new machine is content with little; whoever has more needs no second one
LEVEL   := $(if $(filter-out run,$(MAKECMDGOALS))$(wildcard $(STAMPS)/dev),dev,run)

.NOTPARALLEL:
.PHONY: help run test quick verify lint fix types contracts check docs bench lock coverage clean ready

help:                               ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 12

run: ready                          ## a simulated year of the baseline, ten replications: the main job
	$(CSSIM) run scenarios/baseline.yaml --replications 10 --jobs $(JOBS) -o $(RESULTS) --force

test: ready lint types contracts    ## every check; what CI runs
	$(CSSIM) check
	$(PYTHON) -m pytest -n $(JOBS) --dist loadfile tests $(wildcard notebooks) --nbmake
	$(PYTHON) -m tests.theory.verify

quick: ready lint types contracts   ## the part to run all day: under two minutes
	$(PYTHON) -m pytest -n $(JOBS) --dist loadfile -q -m "not slow" tests $(SLOWER:%=--ignore=tests/%)

verify: ready                       ## the simulation against exact theory, three seeds
	$(PYTHON) -m tests.theory.verify

lint: ready
	$(ENV)/bin/ruff check
	$(ENV)/bin/ruff format --check

fix: ready                          ## mends what ruff can mend: order of imports, layout
	$(ENV)/bin/ruff check --fix --quiet || true
	$(ENV)/bin/ruff format

types: ready
	$(ENV)/bin/mypy

contracts: ready
	$(ENV)/bin/lint-imports

check: ready                        ## the handbook, its reference and the simulation agree
	$(CSSIM) check

docs: ready                         ## writes again what is generated from the data
	$(CSSIM) handbook docs docs/flows
	$(CSSIM) scenario docs docs

bench: ready                        ## speed and memory beside plain SimPy
	$(PYTHON) benchmarks/ticket_network.py
	$(PYTHON) benchmarks/two_echelons.py

coverage: ready                     ## which lines no test reaches
	$(PYTHON) -m pytest -n $(JOBS) --dist loadfile --cov tests

# ---- the environment -----------------------------------------------------------------------

ready: $(STAMPS)/$(LEVEL) $(STAMPS)/package

$(STAMPS)/run $(STAMPS)/dev: $(STAMPS)/%: requirements/%.txt | $(STAMPS)
	@echo "installing $< into $(ENV)"
	@$(PIP) install --quiet --require-hashes -r $<
	@touch $@

$(STAMPS)/package: pyproject.toml | $(STAMPS)/$(LEVEL)
	@$(PIP) install --quiet --no-build-isolation --no-deps -e .
	@touch $@

$(STAMPS):
	@[ -n "$(BASE)" ] || { echo "cssim needs Python 3.11 or later; name one: make BASE=/path/to/python"; exit 1; }
	@$(BASE) -m venv $(ENV)
	@mkdir -p $@

LOCK := CUSTOM_COMPILE_COMMAND="make lock" $(ENV)/bin/pip-compile --quiet --generate-hashes \
    --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --allow-unsafe \
    --no-strip-extras --build-deps-for editable

lock: ready                         ## new versions into requirements/ (UPGRADE= keeps the old ones)
	$(LOCK) $(UPGRADE) --output-file requirements/run.txt pyproject.toml
	$(LOCK) $(UPGRADE) --extra dev --constraint requirements/run.txt \
	    --output-file requirements/dev.txt pyproject.toml

UPGRADE ?= --upgrade

clean:                              ## away with the environment and everything generated
	rm -rf $(ENV) results .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage*
