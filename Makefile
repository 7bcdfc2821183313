# Each command makes or completes the environment in .venv first; the second time that takes no time.
# Without make (Windows): python tools/bootstrap.py lab
PYTHON ?= python3
RUN = $(PYTHON) tools/bootstrap.py

.PHONY: help lab test demo bench faults honesty attacks fuzz mutants build data lock env clean
.DEFAULT_GOAL := help

help:                          ## list the commands
	@$(RUN) help

lab:                           ## open the course; LAB_ARGS go to JupyterLab, TORCH=gpu takes the build for GPUs
	@$(RUN) lab $(LAB_ARGS)

test:                          ## run everything that must pass; TEST_ARGS go to pytest
	@$(RUN) test $(TEST_ARGS)

demo bench faults honesty attacks fuzz mutants build data lock env clean:
	@$(RUN) $@ $(ARGS)

export TORCH
