# Five words to learn: setup, demo, test, check, bench. The first two of a new user are demo and test.
SHELL := /bin/bash
HARNESS := .venv/bin/harness
PYTEST := .venv/bin/python -m pytest

.PHONY: bench-repeats test-long lines examples check-python engine toxiproxy-test help setup demo test unit-test stack-test java-test check format bench clean

help:           ## this list
	@sed -nE 's/^([a-z-]+): .*## (.*)/  make \1\t\2/p' Makefile | expand -t 24

setup:          ## install what is missing: Debian packages, virtual environment, fixture jar
	@.ci/setup

demo: setup     ## play the default scenario with all profiles and write the report
	@$(HARNESS) run idle-drop

test: setup unit-test java-test toxiproxy-test stack-test   ## every test: unit, Java, Go, and the real stack

unit-test: setup
	@$(PYTEST) tests/unit

java-test: setup
	@cd java-fixture && mvn -B verify | grep -E '^\[(ERROR|WARNING)|Tests run:.*[0-9]$$' ; exit $${PIPESTATUS[0]}

toxiproxy-test:
	@if command -v go >/dev/null; then cd toxiproxy && go vet ./... && go test ./...; \
	else echo "toxiproxy: not tested, there is no Go here (1.23 or newer)"; fi

stack-test: setup engine lines
	@trap '.ci/engine stop' EXIT; \
	.venv/bin/python tests/in_namespaces.py tests/kernel/test_*.py && $(PYTEST) -m 'not long' --durations=12 tests/stack

lines: setup    ## the fixture for every line of Spring Boot
	@for line in 2.7 4.0 4.1; do java-fixture/build $$line || exit; done

test-long: setup engine    ## the stories that 'make test' leaves out, and the table of causes over all of them
	@trap '.ci/engine stop' EXIT; $(PYTEST) tests/stack/test_compose.py -k all-profiles && \
	$(PYTEST) tests/stack/test_stories.py tests/stack/test_causes.py tests/stack/test_faq.py tests/stack/test_listening.py tests/stack/test_what_was_scored.py

engine:         ## a Docker engine and the images, for the tests of the Compose stack
	@if [ "$$HARNESS_TEST_COMPOSE" = 0 ]; then echo "the Compose stack is not tested: HARNESS_TEST_COMPOSE=0"; else .ci/engine; fi

check: check-python    ## ruff, mypy strict, formatting, javac warnings
	@cd java-fixture && mvn -B -q -DskipTests verify

check-python: setup
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy

format: setup   ## put Python and Java into shape
	@.venv/bin/ruff format . && .venv/bin/ruff check --fix .
	@cd java-fixture && mvn -B -q spring-javaformat:apply

examples:       ## build the application of docs/examples that is written in Java
	@docs/examples/own-application/lettuce-only/build

bench: setup    ## the numbers we promise, as ratios within one run
	@.venv/bin/python tests/bench/bench.py

bench-repeats: setup    ## are verdicts stable? every shipped profile, ten times: about an hour
	@.venv/bin/python tests/bench/repeats.py

clean:          ## remove what earlier runs left
	@$(HARNESS) clean
