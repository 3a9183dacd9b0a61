# Course lab: Kubernetes in HPC. `make help` lists what there is.
PYTHON ?= python3
BROWSER ?=
PORT ?=
STUDENT ?=
NAME ?= lab
PROVIDER ?= auto
COURSE_LANG ?= pt-BR
WORK ?= work
COURSE ?= build/course
PRIVATE ?=
FORCE ?=
TEST_WORKERS ?= 2
BIN := .venv/bin
export COURSE_LANG

.DEFAULT_GOAL := help
.PHONY: help setup lab course check test bench images cluster-up cluster-down clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo; echo "  Settings: BROWSER=none PORT=8899 STUDENT=ana COURSE_LANG=en WORK=folder NAME=cluster PYTHON=python3.12"

setup: ## Install everything that the labs need (the other commands call it)
	@$(PYTHON) cluster-setup/bootstrap.py

lab: setup ## Open the labs in JupyterLab, on a Kubernetes cluster of your own
	@exec $(BIN)/labkit lab --work "$(WORK)" --name "$(NAME)" --provider "$(PROVIDER)" \
		$(if $(PORT),--port $(PORT)) $(if $(BROWSER),--browser "$(BROWSER)") $(if $(STUDENT),--student "$(STUDENT)")

course: setup ## Lay out an nbgrader course for instructors (COURSE=folder PRIVATE=folder)
	@$(BIN)/autograder course "$(COURSE)" --lang "$(COURSE_LANG)" \
		$(if $(PRIVATE),--private "$(PRIVATE)") $(if $(FORCE),--force)

images: setup ## Build the images that real containers need (for PROVIDER=kind)
	@$(BIN)/labcluster images build

cluster-up: setup ## Start (or resume) a cluster without opening the labs
	@$(BIN)/labcluster up --name "$(NAME)" --provider "$(PROVIDER)"

cluster-down: setup ## Remove the cluster and everything in it
	@$(BIN)/labcluster down --name "$(NAME)"

check: setup ## Style, types, layers, and the course's own consistency
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/autograder lint

test: setup ## Run every test that this machine can run, and name the ones it cannot
	@$(BIN)/pytest -n $(TEST_WORKERS) --dist loadscope --no-loadscope-reorder $(PYTEST_ARGS)

bench: setup ## Measure the speed of the parts beside what one would otherwise use
	@$(BIN)/python -m tests.bench

clean: ## Remove what was built in this checkout (not your notebooks, cluster or tool cache)
	@rm -rf .venv build dist .setup.log .setup.lock .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
