# The commands of this repository. `make help` lists them; docs/SETUP.md describes the set-up.
SHELL := /bin/bash
.DEFAULT_GOAL := build

JOBS ?= $(shell nproc)
HOST ?= 127.0.0.1
PORT ?= 3100
LAKE ?= ./lake
TEST_FLAGS ?= --quiet
# More tests than this at once only wait for each other, and their time-outs tell of the load.
export SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH ?= $(shell expr 2 \* $$(nproc))
# Suites about time-outs run by themselves, after all others: beside them a time-out would tell of the load.
TIMED := S3FailureTests|ExporterTests|PrimaryRescueTests|RescueFailureTests|RescueServerTests|ObjectStoreConformanceTests|ObjectStreamConformanceTests
ALL = $(if $(findstring --filter,$(TEST_FLAGS)),,yes)

export PKG_CONFIG_PATH := $(CURDIR)/.native/lib/pkgconfig$(if $(PKG_CONFIG_PATH),:$(PKG_CONFIG_PATH))

SWIFT_FLAGS := --jobs $(JOBS) --explicit-target-dependency-import-check error
SOURCES := Sources Tests Package.swift

.PHONY: help setup build release run test test-s3 test-tools test-setup lint format bench clean distclean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  %-11s %s\n", $$1, $$2 }' Makefile

setup: ## Fill .native with libduckdb, its extensions and the embedding model
	@scripts/setup

build: setup ## Debug build (the default)
	swift build $(SWIFT_FLAGS)

release: setup ## Optimised build
	swift build --configuration release $(SWIFT_FLAGS)

run: release ## Serve a lake with demo data: HOST, PORT, LAKE
	.build/release/lakehouse serve --demo --lake $(LAKE) --host $(HOST) --port $(PORT)

test: setup test-tools ## Build and run every test: TEST_FLAGS, such as '--filter LakeSQLTests'
	swift build --build-tests $(SWIFT_FLAGS)
	swift test --skip-build $(SWIFT_FLAGS) --disable-xctest $(TEST_FLAGS) $(if $(ALL),--skip '$(TIMED)')
	$(if $(ALL),swift test --skip-build $(SWIFT_FLAGS) --disable-xctest $(TEST_FLAGS) --filter '$(TIMED)')

test-tools: ## Fill .native/tests with programs that only tests use
	@scripts/setup-tests

test-s3: setup test-tools ## Run the tests of object stores against real S3 stores on loopback
	swift build --build-tests $(SWIFT_FLAGS)
	scripts/test-s3

test-setup: ## Try how the set-up fails and recovers
	scripts/test-setup

lint: ## Check the format of the Swift sources
	swift format lint --strict --parallel --recursive $(SOURCES)

format: ## Format the Swift sources in place
	swift format --in-place --parallel --recursive $(SOURCES)

bench: release ## Measure against the peers
	bench/run

clean: ## Remove what was built
	rm -rf .build

distclean: clean ## Remove what was fetched, too
	rm -rf .native
