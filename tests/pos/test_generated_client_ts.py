"""A client in TypeScript by the types openapi-typescript makes of the document, as they come: checked by tsc, it signs
in, sells, asks again, refunds and reads a report. By hand: `make client-ts`. npm's packages are locked with digests."""

import json
import os
import shutil
import subprocess
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


def run(folder: Path, *words: str, **facts: str) -> str:
    if not shutil.which(words[0]):
        pytest.fail(f"{words[0]} is missing: install Node.js with npm.", pytrace=False)
    done = subprocess.run(
        words, cwd=folder, env={**os.environ, **facts}, capture_output=True, text=True, check=False, timeout=LONGEST
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.npm
@pytest.mark.django_db(transaction=True)
def test_a_client_of_generated_types_sells_once_refunds_and_reads_a_report(
    tmp_path: Path, live_server: LiveServer, may: User, tea: Product
) -> None:
    here = shutil.copytree(CLIENT, tmp_path / "client")
    (here / "openapi.json").write_text(json.dumps(docs.document()))
    run(here, "npm", "ci", *QUIETLY)
    run(here, "node", "node_modules/openapi-typescript/bin/cli.js", "openapi.json", "-o", "shop.d.ts")
    run(here, "node", "node_modules/typescript/bin/tsc")
    told = run(here, "node", "sample.js", SHOP=live_server.url, USERNAME=may.username, PASSWORD=PASSWORD)
    sale, refund = Bill.objects.order_by("pk")
    assert told.split() == [sale.number, "25.00", refund.number, sale.number, "12.50"]
    assert Stock.objects.get(product=tea).quantity == 9
