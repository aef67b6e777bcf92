# The commands of this repository. `make` without a target lists them.

# package.json has the version. If the Bun on the PATH has another one, the right one is fetched from npm into
# .local/bun.
BUN_VERSION := $(shell sed -n 's/.*"packageManager": *"bun@\([^"]*\)".*/\1/p' package.json)
FETCHED_BUN := $(CURDIR)/.local/bun/node_modules/.bin/bun
BUN := $(if $(filter $(BUN_VERSION),$(shell bun --version 2>/dev/null)),$(shell command -v bun),$(FETCHED_BUN))
BUN_IS_THERE := $(filter $(BUN_VERSION),$(shell $(BUN) --version 2>/dev/null))
# The command that other teams install, run from its sources.
RABBIT_CONTRACT := $(BUN) node_modules/.bin/rabbit-contract
INSTALLED := node_modules/.installed

export PATH := $(dir $(BUN)):$(CURDIR)/node_modules/.bin:$(PATH)
.DEFAULT_GOAL := help
.PHONY: help up dev down status logs restart psql demo console token dead-letters reconcile test faults check generate lint-contract docs format fetch-bun

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' Makefile

up: $(INSTALLED) ## Start the system in containers, or (STACK=local, or without an engine) as local processes; OBSERVABILITY=1 adds Grafana, alerts, traces
	@$(BUN) stack/commands/cli.ts up

dev: $(INSTALLED) ## Start the system as local processes that restart when their code changes, and follow the logs
	@$(BUN) stack/commands/cli.ts dev

down: $(INSTALLED) ## Stop the system and keep its data; PURGE=1 deletes it
	@$(BUN) stack/commands/cli.ts down $(if $(PURGE),--purge)

status: $(INSTALLED) ## Show each part: where it runs, whether it is ready, and if not, why
	@$(BUN) stack/commands/cli.ts status

logs: $(INSTALLED) ## Show the logs, or those of SERVICE=order; at a terminal, follow them
	@$(BUN) stack/commands/cli.ts logs $(SERVICE)

restart: $(INSTALLED) ## Restart SERVICE=order with its current code
	@$(BUN) stack/commands/cli.ts restart $(SERVICE)

psql: $(INSTALLED) ## Open psql on the database of SERVICE=order, as the owner of its tables
	@$(BUN) stack/commands/cli.ts psql $(SERVICE)

demo: $(INSTALLED) ## Place orders that end confirmed, rejected and cancelled, and watch them
	@$(BUN) stack/commands/cli.ts demo

console: $(INSTALLED) ## Print the link that signs in to the console as an operator
	@$(BUN) stack/commands/cli.ts console

.PHONY: record
record: $(INSTALLED) ## Record docs/images/tour.gif, the tour of the console, on the running system
	@$(BUN) tests/console/record-tour.ts "$$($(BUN) stack/commands/cli.ts console)"

token: $(INSTALLED) ## Print a token for the local stack: ROLE=customer SUB=c-1, or ROLE=operator, reader, shipper, dead-letters
	@$(BUN) stack/commands/cli.ts token "$(ROLE)" "$(SUB)"

dead-letters: $(INSTALLED) ## List, show, replay or delete dead letters: ARGS="list --service order"; without ARGS, its help
	@$(BUN) stack/commands/dead-letters.ts $(ARGS)

reconcile: $(INSTALLED) ## Republish messages that deleted queues may have lost: ARGS="--from TIME"; without ARGS, its help
	@$(BUN) stack/commands/reconcile.ts $(ARGS)

test: $(INSTALLED) ## Run all tests on Bun, and those that may behave differently also on Deno; or only TESTS=services/order
	@$(BUN) stack/commands/test.ts $(TESTS)

.PHONY: test-unit
test-unit: $(INSTALLED) ## Run the tests that need no server, or only TESTS=packages/contract
	@$(BUN) stack/commands/test.ts --unit $(TESTS)

.PHONY: test-stack
test-stack: $(INSTALLED) ## Run the end-to-end tests against the running system's RabbitMQ and PostgreSQL, or only TESTS=
	@servers=$$($(BUN) stack/commands/cli.ts servers) && eval "$$servers" && \
		$(BUN) stack/commands/test.ts $(or $(TESTS),$(wildcard tests/*.test.ts tests/refusals/*.test.ts))

faults: $(INSTALLED) ## Inject faults under load and prove that nothing is lost: SCENARIO= SEED= ORDERS= MINUTES= RUNTIME=
	@$(BUN) tests/faults/main.ts

.PHONY: bench bench-full profile capacity
bench: $(INSTALLED) ## Measure speed on dedicated servers in about 5 minutes, or only ONLY=order-flow; SCALE=0.05 tries it out
	@$(BUN) bench/main.ts

bench-full: $(INSTALLED) ## Measure everything, in about 35 minutes
	@$(BUN) bench/main.ts --full

capacity: $(INSTALLED) ## Estimate the resources for 1,000, 10,000 and 100,000 orders per second with the model of docs/scaling.md
	@$(BUN) bench/capacity.ts

profile: $(INSTALLED) ## Show where the time goes: CPU profiles of the services, statistics of their SQL statements; ONE=1: for a single order; LOAD=30 (% of the peak), or RATE=300 (a second): where orders wait
	@$(BUN) bench/profile.ts

check: $(INSTALLED) ## Check format, lint, types, house rules, the contract, and that generated/ is up to date
	@$(BUN) stack/commands/check.ts

.PHONY: audit
audit: $(INSTALLED) ## List known vulnerabilities in the packages
	@$(BUN) audit

.PHONY: contract-tests pacts publish-pacts verify-pacts can-i-deploy record-deployment
# Pact's library would send usage statistics.
export PACT_DO_NOT_TRACK := true
CONSUMER_TESTS := $(wildcard services/*/contracts/*.consumer.test.ts)
PROVIDER_TESTS := $(wildcard services/*/contracts/*.provider.test.ts)

contract-tests: $(INSTALLED) ## Test that the pacts match their consumers, cover the contract, and are kept by the services
	@$(BUN) stack/commands/test.ts $(CONSUMER_TESTS) tests/contracts $(PROVIDER_TESTS)

pacts: $(INSTALLED) ## Write generated/pacts/ from the consumers' tests
	@UPDATE_PACTS=1 $(BUN) stack/commands/test.ts $(CONSUMER_TESTS)

# The Pact broker is PACT_BROKER_BASE_URL, with PACT_BROKER_TOKEN, or PACT_BROKER_USERNAME and PACT_BROKER_PASSWORD.
PACT_BROKER = PACT_BROKER_HTTP_RETRIES=3 $(BUN) node_modules/@pact-foundation/pact-cli/bin/pact-broker.js
PACT_VERSION = $(shell git describe --always --dirty --abbrev=40 --exclude='*')
PACT_BRANCH = $(or $(GITHUB_HEAD_REF),$(GITHUB_REF_NAME),$(shell git rev-parse --abbrev-ref HEAD))
PACT_BUILD_URL = $(if $(GITHUB_RUN_ID),$(GITHUB_SERVER_URL)/$(GITHUB_REPOSITORY)/actions/runs/$(GITHUB_RUN_ID))
needed = $(if $($(1)),,$(error $(1) is not set: $(2)))
needs_broker = $(call needed,PACT_BROKER_BASE_URL,it is the URL of your Pact broker; see docs/contract-tests.md)
needs_environment = $(call needed,ENVIRONMENT,run "make $@ ENVIRONMENT=production")
for_each_service = for service in $(or $(SERVICE),$(notdir $(wildcard services/*))); do $(1) || failed=1; done; exit $${failed:-0}

publish-pacts: $(INSTALLED) ## Publish the pacts under this commit and its branch to the Pact broker
	@$(needs_broker)$(PACT_BROKER) publish generated/pacts --consumer-app-version $(PACT_VERSION) \
		--branch "$(PACT_BRANCH)" $(if $(PACT_BUILD_URL),--build-url $(PACT_BUILD_URL))

verify-pacts: $(INSTALLED) ## Verify the Pact broker's pacts with the services, and publish the results
	@$(needs_broker)PACTS_FROM=broker PACT_VERSION=$(PACT_VERSION) PACT_BRANCH="$(PACT_BRANCH)" \
		PACT_BUILD_URL=$(PACT_BUILD_URL) $(BUN) stack/commands/test.ts $(PROVIDER_TESTS)

can-i-deploy: $(INSTALLED) ## Ask the Pact broker whether this commit, or its SERVICE=order, can be deployed to ENVIRONMENT=production
	@$(needs_broker)$(needs_environment)$(call for_each_service,$(PACT_BROKER) can-i-deploy \
		--pacticipant $$service --version $(PACT_VERSION) --to-environment "$(ENVIRONMENT)")

record-deployment: $(INSTALLED) ## Tell the Pact broker that this commit, or its SERVICE=order, is deployed to ENVIRONMENT=production
	@$(needs_broker)$(needs_environment)$(call for_each_service,$(PACT_BROKER) record-deployment \
		--pacticipant $$service --version $(PACT_VERSION) --environment "$(ENVIRONMENT)")

.PHONY: new-service new-message
new-service: $(INSTALLED) ## Write a service NAME=payment: its folder, its place in the contract, in compose.yaml, in the monitoring and on Kubernetes
	@$(BUN) stack/scaffold/new-service.ts "$(NAME)"

new-message: $(INSTALLED) ## Write a message NAME=payment.received from FROM=payment to TO=order: its place in the contract, its handler
	@$(BUN) stack/scaffold/new-message.ts "$(NAME)" "$(FROM)" "$(TO)"

generate: $(INSTALLED) ## Write generated/ from asyncapi/asyncapi.yaml
	@$(RABBIT_CONTRACT) generate

lint-contract: $(INSTALLED) ## Check asyncapi/asyncapi.yaml
	@$(RABBIT_CONTRACT) lint --strict

.PHONY: compare-contract release-contract topology-diff
compare-contract: $(INSTALLED) ## Check whether the contract is safe for users of the last release, or of BASE= (a version, git ref or file)
	@$(RABBIT_CONTRACT) compare $(if $(BASE),"$(BASE)") $(if $(FORMAT),--format $(FORMAT))

release-contract: $(INSTALLED) ## Freeze the contract in asyncapi/releases/<version>.yaml
	@$(RABBIT_CONTRACT) release

topology-diff: $(INSTALLED) ## Compare the broker with the contract; APPLY=1 makes the safe changes, PRUNE=1 removes bindings too
	@$(BUN) stack/commands/topology-diff.ts $(if $(APPLY)$(PRUNE),--apply) $(if $(PRUNE),--prune)

.PHONY: kubernetes-images kubernetes-secrets
kubernetes-images: $(INSTALLED) ## Run the images as in deploy/kubernetes, with three RabbitMQ nodes and two PostgreSQL instances (containers, Linux)
	@$(BUN) test --timeout 600000 ./tests/kubernetes/images/trial.ts

kubernetes-secrets: $(INSTALLED) ## Print the Secrets for deploy/kubernetes with new passwords: SMTP_URL=, or LOCAL=1
	@$(BUN) stack/commands/kubernetes-secrets.ts $(if $(LOCAL),--local)

.PHONY: pack
pack: $(INSTALLED) ## Pack the packages that other teams install, compiled, into .local/packed/
	@$(BUN) stack/commands/pack.ts

docs: $(INSTALLED) ## Build the HTML catalogue of the messages into generated/catalogue/
	@$(RABBIT_CONTRACT) docs

format: $(INSTALLED) ## Format the code, and fix what the linter can fix
	@$(BUN) node_modules/@biomejs/biome/bin/biome check --write .

$(INSTALLED): package.json bun.lock $(if $(BUN_IS_THERE),,fetch-bun)
	@echo "installing the packages of bun.lock"
	@$(BUN) install --frozen-lockfile
	@touch $@

# Uses npm if it is installed (the one in node_modules would need Node.js too), else a Bun of another version. Newer
# versions of npm run no install scripts, so Bun's is run here if needed.
fetch-bun:
	@echo "fetching Bun $(BUN_VERSION) into .local/bun"
	@mkdir -p .local/bun && echo '{ "private": true, "trustedDependencies": ["bun"] }' > .local/bun/package.json
	@if command -v node >/dev/null && command -v npm >/dev/null; then \
		npm install --prefix .local/bun --save-exact --no-audit --no-fund --loglevel=error bun@$(BUN_VERSION) && \
		{ $(FETCHED_BUN) --version >/dev/null 2>&1 || (cd .local/bun/node_modules/bun && node install.js); }; \
	elif command -v bun >/dev/null; then \
		cd .local/bun && bun add --exact bun@$(BUN_VERSION); \
	else \
		echo "error: neither npm nor bun is installed. Install Node.js (https://nodejs.org)" \
			"or Bun (https://bun.com), and try again." >&2; exit 1; \
	fi
	@test "$$($(FETCHED_BUN) --version)" = "$(BUN_VERSION)" || \
		{ echo "error: Bun $(BUN_VERSION) was fetched into .local/bun but does not run here" >&2; exit 1; }
