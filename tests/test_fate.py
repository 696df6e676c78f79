"""What the shop says when the database goes away: "nothing was changed" only where that is certain."""

import json
from decimal import Decimal
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.db import IntegrityError, OperationalError, connection
from django.test import Client

from accounts.models import User
from billing.api import documents
from billing.basket import baskets
from billing.models import Bill, Shift
from inventory.models import Product
from inventory.shelf import stock
from pos import fate
from pos.postgres.base import DatabaseWrapper

pytestmark = pytest.mark.django_db(transaction=True)


def end_the_connection() -> None:
    """Ends the connection, as a restart or a network fault would."""
    with psycopg.connect(**{k: v for k, v in connection.get_connection_params().items() if k in KNOWN}) as other:
        other.execute("SELECT pg_terminate_backend(%s)", [connection.connection.info.backend_pid])


KNOWN = ("dbname", "user", "password", "host", "port")


def sell(client: Client, tea: Product, key: str) -> Any:
    body = {"lines": [{"product": tea.pk, "quantity": "1"}], "payments": [{"method": "cash", "amount": "12.50"}]}
    client.raise_request_exception = False
    headers = {"Idempotency-Key": key}
    return client.post("/api/v1/bills", json.dumps(body), content_type="application/json", headers=headers)


def lost(after: bool) -> Any:
    """A commit whose answer is lost: it may or may not have been carried out."""
    real = DatabaseWrapper._commit

    def committed(self: Any) -> None:
        if not after:
            end_the_connection()
        real(self)
        raise OperationalError("server closed the connection unexpectedly")

    return committed


@pytest.mark.parametrize("after", [True, False])
def test_lost_commit_says_the_outcome_is_unknown_and_where_to_look(
    after: bool, ana_api: Client, tea: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = str(uuid4())
    with monkeypatch.context() as patched:
        patched.setattr(DatabaseWrapper, "_commit", lost(after))
        said = sell(ana_api, tea, key)
    assert (said.status_code, said.json()["code"]) == (503, "outcome_unknown"), said.content
    assert said["Retry-After"]
    assert "Nothing was changed" not in said.json()["detail"]
    assert said.json()["facts"]["look_up"] == f"/api/v1/bills/by-key/{key}"
    assert ana_api.get(said.json()["facts"]["look_up"]).status_code == (200 if after else 404)
    assert sell(ana_api, tea, key).status_code == (200 if after else 201)
    assert Bill.objects.count() == 1


def test_a_connection_lost_before_the_writes_changed_nothing_and_says_so(
    ana_api: Client, tea: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sale's writes are sent with its commit, so of a connection lost beside them nobody knows."""
    lock = stock.lock
    with monkeypatch.context() as patched:

        def locked(*args: Any, **more: Any) -> Any:
            end_the_connection()
            return lock(*args, **more)

        patched.setattr(stock, "lock", locked)
        said = sell(ana_api, tea, str(uuid4()))
    assert (said.status_code, said.json()["code"]) == (503, "busy")
    assert not Bill.objects.exists()


def test_stored_sale_with_a_lost_answer_is_reported_as_unknown(
    ana_api: Client, tea: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(bill: Bill) -> Any:
        raise OperationalError("the connection is lost")

    with monkeypatch.context() as patched:
        patched.setattr(documents, "bill", broken)
        patched.setattr("billing.api.once.documents.bill", broken)
        patched.setattr("billing.api.bills.answered", lambda sold, *_: broken(sold.bill))
        said = sell(ana_api, tea, str(uuid4()))
    assert (said.status_code, said.json()["code"]) == (503, "outcome_unknown")
    assert Bill.objects.count() == 1


def test_page_says_too_that_the_outcome_is_unknown(
    ana_web: Client, ana: User, shift: Shift, tea: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = ana_web.session
    session["register"] = "R1"
    session.save()
    basket = baskets.current(shift.register, ana)
    baskets.add(basket.pk, tea.pk, by=ana)
    ana_web.raise_request_exception = False
    body = {"version": 2, "method": "cash", "amount": "12.50", "shown_total": "12.50"}
    with monkeypatch.context() as patched:
        patched.setattr(DatabaseWrapper, "_commit", lost(True))
        said = ana_web.post(f"/till/{basket.pk}/pay", body)
    assert said.status_code == 503
    assert "Nobody can tell whether this was done" in said.content.decode()
    assert Bill.objects.get().total == Decimal("12.50")


def test_refused_commit_is_known_to_have_changed_nothing(may: User) -> None:
    fate.MAY_BE_WRITTEN.set(False)
    with pytest.raises(IntegrityError):
        User.objects.filter(pk=may.pk).update(role="owner")
    assert not fate.is_unknown("POST")


def test_write_outside_a_transaction_counts_as_a_commit(ana: User) -> None:
    fate.MAY_BE_WRITTEN.set(False)
    User.objects.filter(pk=ana.pk).exists()
    assert not fate.is_unknown("POST")
    User.objects.filter(pk=ana.pk).update(language="de")
    assert fate.is_unknown("POST")
    assert not fate.is_unknown("GET")
