# `make demo` and `make test` are all that a newcomer needs; `make check` is the fast loop.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
UV_VERSION := 0.13.9
VENV := .venv
BIN := $(VENV)/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)
export VIRTUAL_ENV := $(CURDIR)/$(VENV)

FRONTEND_SOURCES := $(shell find frontend -type f -not -path '*/node_modules/*' 2>/dev/null)
FRONTEND := src/contor/frontend/index.html

SIDE_BY_SIDE := -n 2 --dist loadscope
# These kill databases and stop processes, which would slow down other tests beside them.
FAULTS := tests/system/test_faults.py tests/system/test_crash_recovery.py

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{printf "  make %-16s %s\n", $$1, $$2}'

demo: setup ## Run Contor with a household, its history and live simulated readings
	CONTOR_DATA_DIR="$${CONTOR_DATA_DIR:-var/demo}" $(BIN)/contor demo

up: setup ## Run Contor in one process, on the data folder var/contor
	CONTOR_DATA_DIR="$${CONTOR_DATA_DIR:-var/contor}" $(BIN)/contor up

cluster: setup rabbitmq ## Run the production topology: a process for each service, RabbitMQ, Traefik, two replicas
	CONTOR_DATA_DIR="$${CONTOR_DATA_DIR:-var/cluster}" $(BIN)/contor cluster

check: $(VENV)/.ready frontend/node_modules/.ready ## The fast loop: format, lint, types, boundaries, unit tests, Vitest
	$(MAKE) --no-print-directory --jobs=2 --output-sync=target test-frontend test-unit types lint boundaries

test: setup ## Everything that must pass: lint, types, boundaries, every test
	# The longest first, two at a time.
	$(MAKE) --no-print-directory --jobs=2 --output-sync=target types lint test-frontend boundaries test-evaluations
	$(MAKE) --no-print-directory test-python

setup: $(VENV)/.ready $(FRONTEND) ## Virtual environment and built frontend

lint: $(VENV)/.ready frontend/node_modules/.ready ## Ruff and Biome
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	cd frontend && npm run --silent lint

types: $(VENV)/.ready frontend/node_modules/.ready ## mypy --strict and tsc
	$(BIN)/mypy
	cd frontend && npm run --silent types

boundaries: $(VENV)/.ready ## Check import contracts and generated files
	$(BIN)/lint-imports --no-cache
	$(BIN)/contor openapi | diff -q - frontend/openapi.json >/dev/null \
	  || { echo 'frontend/openapi.json is out of date; run: make api'; exit 1; }

test-unit: $(VENV)/.ready ## Unit and contract tests
	$(BIN)/pytest tests/unit tests/contracts

test-frontend: frontend/node_modules/.ready ## Vitest
	cd frontend && npm test --silent

test-evaluations: $(VENV)/.ready ## Evaluate the assistant: its built-in answers, and a model's if a key is set
	$(BIN)/pytest tests/evaluations

test-python: setup chromium rabbitmq ## Unit, integration, system and browser tests
	$(BIN)/pytest tests/unit tests/contracts tests/integration $(SIDE_BY_SIDE)
	$(BIN)/pytest tests/system $(SIDE_BY_SIDE) $(FAULTS:%=--ignore %)
	$(BIN)/pytest $(FAULTS) $(SIDE_BY_SIDE)
	$(BIN)/pytest tests/e2e $(SIDE_BY_SIDE) --no-loadscope-reorder

wheel: setup ## Build dist/contor-VERSION-py3-none-any.whl with the pages inside
	$(BIN)/uv build --quiet --wheel --out-dir dist .
	@ls dist/contor-*.whl

secrets: ## Generate missing passwords for compose.yaml into .env
	@deploy/secrets

test-containers: setup chromium ## Build and test the containers; needs a Docker engine (COMPOSE=docker-compose)
	$(BIN)/pytest tests/containers

bench: setup ## Print benchmark figures (ONLY="chat rabbit": these only)
	$(BIN)/python -m tests.benchmarks $(if $(ONLY),--only $(ONLY))

api: $(VENV)/.ready frontend/node_modules/.ready ## Generate openapi.json and the frontend's types from the services
	$(BIN)/contor openapi > frontend/openapi.json
	cd frontend && npm run --silent generate

lock: $(VENV)/.ready ## Update the lock files; they contain no registry address
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --no-emit-index-url \
	  --no-emit-find-links $(LOCK_FLAGS) pyproject.toml -o requirements/runtime.txt
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --no-emit-index-url \
	  --no-emit-find-links $(LOCK_FLAGS) --group dev pyproject.toml -o requirements/dev.txt
	cd frontend && npm install --package-lock-only --silent

format: $(VENV)/.ready frontend/node_modules/.ready ## Format the code and fix lint
	$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format --quiet .
	cd frontend && npm run --silent fix

clean: ## Remove everything that was built; data in var/ stays
	rm -rf $(VENV) frontend/node_modules src/contor/frontend dist

chromium: ## Install Chromium for the browser tests (Debian package)
	@command -v chromium >/dev/null || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null; \
	  else echo 'chromium is missing and cannot be installed here: the browser tests will be skipped'; fi; }

rabbitmq: ## Install RabbitMQ (Debian package) without starting it as a system service
	@command -v rabbitmq-server >/dev/null || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    policy=/usr/sbin/policy-rc.d; \
	    test -e $$policy || { trap "rm -f $$policy" EXIT; printf '#!/bin/sh\nexit 101\n' >$$policy; chmod +x $$policy; }; \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq rabbitmq-server >/dev/null; \
	    epmd -kill >/dev/null 2>&1 || true; \
	  else echo 'rabbitmq-server is missing and cannot be installed here: the tests of the broker will be skipped'; fi; }

$(VENV)/.ready: requirements/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo 'Contor needs Python 3.11 or newer'; exit 1; }
	@test -x $(BIN)/python && $(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV) || { \
	  echo 'installing python3-venv'; \
	  apt-get update -qq && apt-get install -y -qq python3-venv >/dev/null && $(PYTHON) -m venv --clear $(VENV); }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	$(BIN)/uv pip sync --quiet --compile-bytecode requirements/dev.txt
	$(BIN)/uv pip install --quiet --no-deps --editable .
	@touch $@

frontend/node_modules/.ready: frontend/package-lock.json $(VENV)/.ready
	cd frontend && npm ci --loglevel=error --no-audit --no-fund
	@touch $@

$(FRONTEND): frontend/node_modules/.ready $(FRONTEND_SOURCES)
	cd frontend && npm run --silent build
	@touch $@

.PHONY: help demo up cluster secrets check test test-unit wheel test-containers test-evaluations setup lint types boundaries test-frontend test-python bench api lock format clean chromium rabbitmq
