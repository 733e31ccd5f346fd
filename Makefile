# Everything a fresh machine with Python 3.11 and make needs: `make demo` and `make test`.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
EXAMPLES ?= 2000

.PHONY: help demo test test-fast lint type check format docs docs-site coverage bench bench-surroundings bench-tokens bench-outcomes bench-runs bench-rules bench-dependencies bench-speedup bench-forms bench-kills bench-editor conformance fuzz clean bench-history

help:  ## list what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 22

$(BIN)/crewprof: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(BIN)/pytest: pyproject.toml $(BIN)/crewprof
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

demo: $(BIN)/crewprof  ## set up and profile a sample crew
	$(BIN)/crewprof analyze sample_crews/market_fan_out/crew.yaml

test: $(BIN)/pytest  ## set up (the real CrewAI included) and run the tests
	$(BIN)/pytest -n 2 --dist worksteal

test-fast: $(BIN)/pytest  ## the quick tests: no CrewAI, no hooks, kills and editors
	$(BIN)/pytest -n 2 --dist worksteal -m "not crewai and not slow"

lint: $(BIN)/pytest  ## ruff: rules and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: $(BIN)/pytest  ## ruff: mend what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

type: $(BIN)/pytest  ## mypy, strict
	$(BIN)/mypy

docs: $(BIN)/pytest  ## write docs/rules.md from the rules
	$(BIN)/python scripts/write_rule_docs.py

docs-site: $(BIN)/pytest  ## build the documentation's site into build/site, strictly
	$(BIN)/python scripts/write_site.py
	$(BIN)/mkdocs build --strict

coverage: $(BIN)/pytest  ## the tests, and how much of the code they run; fails below the floor in pyproject.toml
	$(BIN)/pytest -n 2 --dist worksteal --cov --cov-report term:skip-covered

conformance: $(BIN)/pytest  ## compare with the real CrewAI on EXAMPLES random crews (long)
	CREWPROF_CONFORMANCE_EXAMPLES=$(EXAMPLES) $(BIN)/pytest -n 2 --dist worksteal tests/conformance

fuzz: $(BIN)/pytest  ## attack the command line with hostile input (FUZZ_SECONDS, an hour)
	-$(BIN)/python -m pip install --quiet --only-binary :all: atheris
	$(BIN)/python -m benchmarks.fuzz_readers
	$(BIN)/python -m benchmarks.fuzz

bench: $(BIN)/pytest  ## how fast a profile is beside the libraries' import, and how its time grows with the crew
	$(BIN)/python benchmarks/startup.py
	$(BIN)/python benchmarks/growth.py

bench-surroundings: $(BIN)/pytest  ## what 50,000 unrelated files around a crew cost
	$(BIN)/python benchmarks/surroundings.py

bench-editor: $(BIN)/pytest  ## from an edit to its diagnostics in an editor
	$(BIN)/python benchmarks/editor.py

bench-tokens: $(BIN)/pytest  ## counting against recorded bills
	$(BIN)/python benchmarks/tokens.py

bench-outcomes: $(BIN)/pytest  ## predicted lengths and calls against recorded runs
	$(BIN)/python benchmarks/outcomes.py

bench-runs: $(BIN)/pytest  ## whole recorded runs against their profiles
	$(BIN)/python benchmarks/runs.py

bench-rules: $(BIN)/pytest  ## what the rules say of real crews
	$(BIN)/python benchmarks/rules.py

bench-dependencies: $(BIN)/pytest  ## inferred dependencies against what authors wrote
	$(BIN)/python benchmarks/dependencies.py

bench-forms: $(BIN)/pytest  ## what is read of real projects, form by form (folder: CREWPROF_REAL)
	$(BIN)/python benchmarks/forms.py

bench-kills: $(BIN)/pytest  ## stop optimize --write at random instants (KILLS, 1,000 of each signal)
	$(BIN)/python -m benchmarks.kills
bench-history: $(BIN)/pytest  ## diff over the history of clones against analysing each revision (CLONES: their folders)
	$(BIN)/python benchmarks/history.py $(CLONES)

bench-speedup: $(BIN)/pytest  ## predicted speed-up against runs on the real CrewAI
	$(BIN)/python benchmarks/speedup.py

bench-recording: $(BIN)/pytest  ## what recording costs, how well it foretells, and its long tests
	$(BIN)/python benchmarks/recording.py
	CREWPROF_RECORDING=1 $(BIN)/pytest tests/recorder

clean:  ## remove what was set up
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
