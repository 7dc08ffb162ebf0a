# make run: install everything and open the dashboard.  make test: install everything and run the tests.
PYTHON ?= python3
BIN := .venv/bin
BENCH_SETS ?= $(wildcard ../shared/bench/*.jsonl.gz)
BENCH_SERIES ?= $(wildcard ../shared/bench/series.csv.gz)

.PHONY: run demo test check bench samples screenshots docs

run: .venv/model
	$(BIN)/streamlit run app.py

demo: .venv/model
	$(BIN)/python -m crash_knowledge demo fill

test: .venv/dev .venv/model
	$(BIN)/python -m pytest

check: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/dev .venv/model .venv-peers/ready
	$(BIN)/python -m benchmarks.reading
	$(BIN)/python -m benchmarks.diagnosis
	$(BIN)/python -m benchmarks.embedding
	$(BIN)/python -m benchmarks.vectors
	$(BIN)/python -m benchmarks.matching_speed
	$(BIN)/python -m benchmarks.search
	$(BIN)/python -m benchmarks.relations --seed 1 --patterns 2000 --events 100000
	$(foreach set,$(BENCH_SETS),$(BIN)/python -m benchmarks.recognition $(set) &&) true
	$(foreach set,$(BENCH_SERIES),$(BIN)/python -m benchmarks.forecast $(set) &&) true
	$(BIN)/python -m benchmarks.detection

screenshots: .venv/dev .venv/model
	$(BIN)/python -m pytest -q tests/browser/test_main_job.py
	cp build/screenshots/known.png build/screenshots/review.png docs/images/

samples: .venv/ready
	$(BIN)/python -m crash_knowledge.wcr.samples

docs: .venv/ready
	$(BIN)/python -m crash_knowledge.diagnosis.documentation

.venv/ready: requirements.txt pyproject.toml
	@echo "Installing the dashboard (once; a few minutes)..."
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

.venv/dev: .venv/ready requirements-dev.txt
	@echo "Installing the test tools (once)..."
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements-dev.txt
	@touch $@

.venv-peers/ready: requirements-peers.txt
	@echo "Installing what forecasts are compared with (once)..."
	$(PYTHON) -m venv .venv-peers
	.venv-peers/bin/python -m pip install --quiet --disable-pip-version-check --requirement requirements-peers.txt
	@touch $@

.venv/model: .venv/ready
	@echo "Preparing the text model (once; about half a minute)..."
	$(BIN)/python -m crash_knowledge model prepare || echo "Going on with the slower form of the model."
	@touch $@
