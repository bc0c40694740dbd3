# `make` alone lists what there is. Everything it makes lives in .venv, .cache and var.

PYTHON ?= python3
ARGS ?=
PY := .venv/bin/python
UV := .cache/uv/bin/uv

# uv trusts whom the machine trusts, as pip does: many networks have a certificate of their own.
export UV_SYSTEM_CERTS ?= 1

.DEFAULT_GOAL := help
.PHONY: help env run demo services shell manage test test-long coverage bench measure lock reset clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

run: env ## start everything and print the address (Ctrl-C stops it); an empty program: make run DEMO=0
	@exec $(PY) -m launcher run

demo: env ## set the demo program back to its first day
	@exec $(PY) -m launcher demo

services: env ## only PostgreSQL and Valkey
	@exec $(PY) -m launcher services

shell: env ## a Python shell inside the application
	@exec $(PY) -m launcher manage shell

manage: env ## any command of Django: make manage ARGS="check"
	@exec $(PY) -m launcher manage $(ARGS)

test: env ## checks and quick tests; some: make test ARGS="tests/catalog -k search"
	@exec $(PY) -m launcher test $(ARGS)

test-long: env ## the tests that take long: faults, volumes, browser journeys
	@exec $(PY) -m launcher test-long $(ARGS)

coverage: env ## what the quick tests miss of the modules that decide
	@exec $(PY) -m launcher coverage $(ARGS)

bench: env ## the benchmark
	@exec $(PY) -m launcher with-services -- $(PY) -m bench $(ARGS)

measure: ## figures of the code; of another checkout: make measure ARGS="FOLDER --list"
	@$(PYTHON) -m measure $(ARGS)

reset: env ## throw away all data in var
	@exec $(PY) -m launcher reset

env: .venv/.synced ## the virtual environment, as requirements/dev.txt says

# Compiling once costs seconds, and every later start of every program saves more.
# uv is fetched by its hash and does the rest in seconds. Where it can't run or can't reach
# what pip reaches (pip may know a mirror that uv doesn't), pip does it.
.venv/.synced: requirements/dev.txt requirements/uv.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; say which with: make PYTHON=/path/to/python3"; exit 1; }
	@echo "Installing packages into .venv ..."
	@rm -f $@
	@test $(UV) -nt requirements/uv.txt || rm -rf .cache/uv
	@if { test -x $(UV) || PIP_ROOT_USER_ACTION=ignore $(PYTHON) -m pip install --quiet \
			--disable-pip-version-check --target .cache/uv --require-hashes -r requirements/uv.txt; } \
		&& { test -x $(PY) || $(UV) venv --quiet --clear --no-python-downloads --python $(PYTHON) .venv; } \
		&& $(UV) pip sync --quiet --compile-bytecode -p $(PY) --require-hashes requirements/dev.txt; \
	then :; else \
		echo "uv could not do it; trying venv and pip ..."; \
		$(PYTHON) -m venv --clear .venv && $(PY) -m pip install --quiet \
			--disable-pip-version-check --require-hashes -r requirements/dev.txt; \
	fi
	@touch $@

lock: env ## resolve requirements/*.in again; one package: make lock ARGS="--upgrade-package django"
	@for name in base saml recordings dev uv idp statistics; do \
		(cd requirements && ../$(UV) pip compile $$name.in --quiet --universal \
			--python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate \
			--custom-compile-command "make lock" $(ARGS) -o $$name.txt) || exit 1; \
	done
	@! grep -n 'https\?://' requirements/*.txt

clean: ## throw away .venv and .cache (data in var stays)
	rm -rf .venv .cache
