"""The replay of real invoices, on a slice of them and a live server of the tests' own."""

import json
from decimal import Decimal

import pytest

from accounts.models import Role
from bench import invoices, replay
from billing.models import Bill
from tests import cast
from tests.proof import broken

SLICE = ["--from", "2009-12-01", "--to", "2009-12-01", "--at-most", "4"]


@pytest.fixture
def in_process(monkeypatch):
    """Audits the tests' own database, where a separate command would use another; reads the file once."""
    book = invoices.read()
    monkeypatch.setattr(invoices, "read", lambda: book)
    monkeypatch.setattr(replay, "audit", lambda: not broken())


def test_slice_of_real_invoices_sells_once_however_often_it_is_replayed(
    live_server, transactional_db, in_process, settings, capsys
):
    cast.person("may", role=Role.MANAGER)
    settings.DEBUG = False

    def run(*more: str) -> dict:
        asked = ["--base", live_server.url, "--password", cast.PASSWORD, *SLICE, *more]
        assert replay.main(asked) == 0, capsys.readouterr()
        return json.loads(capsys.readouterr().out.splitlines()[-1])

    first = run("--tills", "2")
    assert (first["bills"], first["sold_now"], first["replayed"]) == (4, 4, 0)
    assert first["audit"]
    revenue = sum(Bill.objects.values_list("total", flat=True))
    assert Decimal(first["revenue"]) == revenue > 0

    again, at_three_tills = run("--tills", "2"), run("--tills", "3")
    assert again["sold_now"] == at_three_tills["sold_now"] == 0
    assert again["replayed"] == at_three_tills["replayed"] == 4
    assert Bill.objects.count() == 4
