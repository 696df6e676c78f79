# The shop's commands. HOST, PORT and POS_DATA (the embedded database and the uploads) are honoured by all of them.
HOST ?= 127.0.0.1
PORT ?= 8000
FRONT_PORT ?= 8443
POS_DATA ?= $(CURDIR)/var
export HOST PORT FRONT_PORT POS_DATA
# Without its bytecode every program we start takes three seconds longer to begin.
unexport PYTHONDONTWRITEBYTECODE

BIN := .venv/bin
LOCK := uv pip compile --universal --python-version 3.11 --fork-strategy fewest --generate-hashes \
	--no-emit-index-url --no-header --quiet
PRODUCTION = DEBUG=0 ALLOWED_HOSTS=shop.example.org DATABASE_URL=postgres://pos@database/pos \
	SECRET_KEY="$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(64))')"

.PHONY: help demo shop service backup restore drill doctor audit manager shell shop-venv test test-dates check stop lock messages lint-api client-ts check-client bench bench-replay bench-till bench-outage bench-reports bench-feed bench-bills fuzz-api attack trial venv database chromium

help:
	@echo "make demo    a shop to try, on http://$(HOST):$(PORT)"
	@echo "make shop    a shop in service, over https in its own network; make service: a systemd unit for it"
	@echo "make backup, restore, drill, doctor  for that shop; docs/backup.md; ARGS=... goes on to the command"
	@echo "make test    every test, those in the browser included"
	@echo "make test-dates  before a release: the tests without the browser on eight other dates"
	@echo "make check   style, types, migrations, deployment settings"
	@echo "make stop    end the embedded database; the data stay"
	@echo "make lock    write requirements/*.txt from pyproject.toml"
	@echo "make messages  bring the German texts in locale/ up to date with the tree"
	@echo "make lint-api  the OpenAPI document by Redocly's and Spectral's rules; needs npx"
	@echo "make client-ts  a client by openapi-typescript's types, checked by tsc, sells; needs npm"
	@echo "make check-client  the same where npm and its registry answer, and says so where they do not"
	@echo "make bench   sales per second; make bench-replay: real invoices against the running shop"
	@echo "make bench-till  the checkout in Chromium, with 100,000 products; make bench-outage: what it carries offline"
	@echo "make bench-reports  every report and long list, on years of bills it makes first"
	@echo "make bench-feed  the feed of changes: late commits, a reader killed 50 times, a long import"
	@echo "make bench-bills  bills by the API, alone and beside a web hook whose receiver never answers"
	@echo "make fuzz-api  some 60,000 odd calls of the API by six askers, with all checks of Schemathesis; by hand"
	@echo "make attack  slow connections, the worst bodies, every door and guesses, against a shop of its own"
	@echo "make trial   kills, full disks and slow partners while tills sell; ARGS=--help; docs/trust.md"

demo: export DEBUG = 1
demo: shop-venv database
	@$(BIN)/python manage.py demo_shop
	@echo "Ctrl-C closes it; the data stay in $(POS_DATA)."
	@nice $(BIN)/python manage.py work --with-parent & exec $(BIN)/gunicorn pos.wsgi

shop: shop-venv
	@exec deploy/shop.sh

# For the shop of `make shop`, running or not.
backup restore drill doctor: shop-venv
	@deploy/shop.sh $@ $(ARGS)

service:
	@sed -e 's|@USER@|$(shell id -un)|; s|@FOLDER@|$(CURDIR)|g; s|@DATA@|$(POS_DATA)|; s|@PORT@|$(PORT)|' \
		-e 's|@FRONT_PORT@|$(FRONT_PORT)|' deploy/shop.service

# On the shop of `make demo`, or on that of DATABASE_URL.
audit manager shell: export DEBUG ?= 1
audit manager shell: shop-venv database
audit:
	@$(BIN)/python manage.py audit
manager:
	@$(BIN)/python manage.py create_manager
shell:
	@$(BIN)/python manage.py shell

test: venv chromium
	@$(BIN)/pytest -q -n 2 --maxprocesses 2 --dist worksteal $(TESTS)

test-dates: venv
	@$(BIN)/python -m tests.dates $(DATES) -- $(TESTS)

check: export DEBUG = 1
check: venv database
	$(BIN)/ruff check --quiet .
	$(BIN)/ruff format --check --quiet .
	$(BIN)/djade --check --target-version 5.2 $$(git ls-files '*.html')
	$(BIN)/mypy .
	DATABASE_URL=$${DATABASE_URL:-$$($(BIN)/python -m pos.embedded url)} \
		$(BIN)/python manage.py makemigrations --check --dry-run
	@echo "manage.py check --deploy, as in production"
	@$(PRODUCTION) $(BIN)/python manage.py check --deploy --fail-level WARNING

stop:
	@if [ -x $(BIN)/python ]; then $(BIN)/python -m pos.embedded stop; fi

lock: venv
	$(BIN)/$(LOCK) pyproject.toml -o requirements/base.txt
	$(BIN)/$(LOCK) pyproject.toml --group demo -c requirements/base.txt -o requirements/demo.txt
	$(BIN)/$(LOCK) pyproject.toml --group dev -c requirements/base.txt -o requirements/dev.txt
	$(BIN)/$(LOCK) --group pyproject.toml:install -c requirements/dev.txt -o requirements/install.txt

messages: export DEBUG = 1
messages: venv
	@$(BIN)/python manage.py messages

# The document is made from the code: no database is asked.
lint-api: export DEBUG = 1
lint-api: export DATABASE_URL = postgres://nobody@localhost/nowhere
lint-api: venv
	@command -v npx >/dev/null || { echo "npx is missing: install Node.js to check the OpenAPI document."; exit 1; }
	@mkdir -p $(POS_DATA) && $(BIN)/python manage.py spectacular --format openapi-json --file $(POS_DATA)/openapi.json
	@npx -y @redocly/cli@2.77.0 lint --config redocly.yaml $(POS_DATA)/openapi.json
	@npx -y @stoplight/spectral-cli@6.16.3 lint --fail-severity=warn $(POS_DATA)/openapi.json

client-ts: venv
	@$(BIN)/pytest -q -m npm tests/pos/test_generated_client_ts.py

# Nobody's registry decides whether the tree is green: what cannot be asked there is said and left out.
check-client:
	@if timeout 20 npm ping --fetch-timeout=5000 --fetch-retries=0 >/dev/null 2>&1; then \
		$(MAKE) --no-print-directory client-ts; \
	else \
		echo "Not checked: the TypeScript client; npm or its registry is not reachable."; \
	fi

bench: venv
	@$(BIN)/python -m bench.purchase

bench-replay: venv
	@$(BIN)/python -m bench.replay

bench-till: venv chromium
	@$(BIN)/python -m bench.till

attack: venv
	@$(BIN)/python -m bench.attack

trial: venv
	@$(BIN)/python -m bench.trial $(ARGS)

bench-reports: venv
	@$(BIN)/python -m bench.reports

bench-feed: venv
	@$(BIN)/python -m bench.feed

fuzz-api: venv
	@$(BIN)/python -m bench.fuzz

bench-bills: venv
	@$(BIN)/python -m bench.api_bills

bench-outage: venv chromium
	@$(BIN)/python -m bench.outage

# The demo needs the shop and its PostgreSQL alone. What was installed for the tests serves it too.
shop-venv:
	@cmp -s requirements/dev.txt .venv/installed.txt || requirements/install.sh demo

venv:
	@requirements/install.sh dev

database:
	@[ -n "$$DATABASE_URL" ] || $(BIN)/python -m pos.embedded start > /dev/null

chromium:
	@$(BIN)/python -m tests.chromium
