# make demo | make test | make cluster-test | make nightly-test | make check | make matrix | make audit | make docs |
# make bench | make mutate:
# each sets up what it needs first.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
# Sizes of the indexes that `make bench` builds; 100000 takes some ten minutes.
BENCH_SECTIONS ?= 1000 10000
# Four at most: each keeps models and indexes in memory.
WORKERS ?= -n logical --maxprocesses 4 --dist loadgroup
# Whose code `make mutate` changes, and which of its mutants: all where none is named.
PACKAGE ?= verification
MUTANTS ?=
# With SAMPLE=25, as many of them, drawn by the seed, and the share that is noticed, with its interval.
SAMPLE ?=
SEED   ?= 1
# Images for containers set it: each process would compile anew all that it imports, which doubles the time of most.
unexport PYTHONDONTWRITEBYTECODE
SOURCES := graphrag_tools tests examples benchmarks docs

.PHONY: setup demo test cluster-test nightly-test check matrix formatted types doors declared docs audit format lock bench mutate clean
setup: $(READY)

# uv takes a fraction of pip's time; pip takes its place where only pip is told how to reach the packages.
$(READY): requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	awk '/^[^ ]/ { wanted = /^uv==/ } wanted' requirements.lock > $(VENV)/uv.txt
	$(BIN)/python -m pip install --quiet --no-deps --require-hashes -r $(VENV)/uv.txt
	env $${PIP_INDEX_URL:+UV_DEFAULT_INDEX="$$PIP_INDEX_URL"} $(BIN)/uv pip install --quiet --python $(BIN)/python \
		--no-deps --require-hashes -r requirements.lock || \
		$(BIN)/python -m pip install --quiet --no-deps --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	touch $(READY)

demo: $(READY)
	$(BIN)/graphrag-tools demo --model gguf:smollm2

test: $(READY)
	$(BIN)/python -m pytest $(WORKERS) --durations 10

# What replicas share, with nothing skipped; all of it is in `make test` too.
cluster-test: $(READY)
	.ci/install-postgres
	.ci/install-opensearch
	CI=true $(BIN)/python -m pytest -m "(postgres or opensearch) and not nightly" tests
	CI=true $(BIN)/python -m pytest tests/http_server/test_workers.py tests/test_deployment.py tests/serve/test_metrics.py \
		-m "not (postgres or opensearch)"

# What takes too long for `make test`: three nodes of OpenSearch, faults by the dozen, replies by the hundred thousand.
nightly-test: $(READY)
	.ci/install-opensearch
	CI=true $(BIN)/python -m pytest -m nightly tests
	$(BIN)/python -m benchmarks.foreign_calls --replies 100000

# All but the tests first, two at a time, because it is quick; then what `make test` does.
check: $(READY)
	$(MAKE) --no-print-directory -j 2 types formatted doors declared docs audit
	$(MAKE) --no-print-directory test

# The quick tests on other Pythons, and with the lowest versions that pyproject.toml allows: uv makes the environments.
matrix: $(READY)
	UV=$(BIN)/uv .ci/matrix

formatted: $(READY)
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/ruff check $(SOURCES)

types: $(READY)
	$(BIN)/mypy

# Which package may import which: the contracts are in pyproject.toml.
doors: $(READY)
	$(BIN)/lint-imports

# What is imported is declared in pyproject.toml, and what is declared is imported.
declared: $(READY)
	$(BIN)/deptry graphrag_tools

# Known holes in what the lock names; where the advisory service cannot be reached, that is said and no failure.
audit: $(READY)
	$(BIN)/python .ci/audit $(BIN)/pip-audit --requirement requirements.lock --no-deps --disable-pip --timeout 10

# Warnings are errors; the pages are in .docs, and need nothing from outside.
docs: $(READY)
	$(BIN)/python -m sphinx -W --keep-going -q -b html docs .docs

format: $(READY)
	$(BIN)/ruff format $(SOURCES)
	$(BIN)/ruff check --fix $(SOURCES)
	$(BIN)/python docs/commands.py

# The lock holds every extra, with hashes; --no-deps above is safe because the lock is complete.
lock: $(READY)
	$(BIN)/uv pip compile pyproject.toml --all-extras --universal --generate-hashes --no-emit-index-url \
		--no-header --python-version 3.11 --quiet --output-file requirements.lock

bench: $(READY)
	$(BIN)/python -m benchmarks.first_answer
	$(BIN)/python -m benchmarks.page
	$(BIN)/python -m benchmarks.rebuild
	$(BIN)/python -m benchmarks.scale --sections $(BENCH_SECTIONS)

# Mutation testing: change one package, one place at a time, and see whether its tests notice. Those that they do
# not are listed at the end; `cd .mutants && mutmut show NAME` shows one.
mutate: $(READY)
	rm -rf .mutants && mkdir .mutants
	cp -r graphrag_tools tests prompts examples benchmarks docs .mutants
	sed 's|PACKAGE"|$(PACKAGE)"|; s|PACKAGE/|$(PACKAGE)/|' pyproject.toml > .mutants/pyproject.toml
ifdef SAMPLE
	cd .mutants && $(abspath $(BIN))/python -m benchmarks.mutants $(PACKAGE) $(SAMPLE) $(SEED)
else
	cd .mutants && $(abspath $(BIN))/mutmut run --max-children 2 $(MUTANTS)
	cd .mutants && $(abspath $(BIN))/mutmut results
endif

clean:
	rm -rf $(VENV) .demo .docs .mutants dist
