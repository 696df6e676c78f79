"""A purchase order mailed to its supplier."""

from decimal import Decimal as D
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.core.management import call_command
from django.test import Client

from accounts.models import AuditEntry, User
from billing.models import OutboundJob
from billing.receipts import copies, order_mail
from inventory.buying import orders, suppliers
from inventory.models import Product, PurchaseOrder, Supplier
from pos.errors import Invalid
from tests.at_once import at_once
from tests.cast import with_token
from tests.proof import assert_books_are_right

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(settings: Any, may: User, tea: Product) -> PurchaseOrder:
    settings.SENDS_MAIL = True
    mill = suppliers.enter(Supplier(), by=may, name="Old Mill", email="mill@example.org")
    return orders.create(mill.pk, [orders.Ordered(tea.pk, D(3))], by=may)


def send(client: Client, order: PurchaseOrder, body: Any = None, key: str = "") -> Any:
    path = f"/api/v1/purchase-orders/{order.number}/mail"
    headers = {"Idempotency-Key": key or str(uuid4())}
    return client.post(path, body or {}, content_type="application/json", headers=headers)


def test_draft_is_sent_and_mailed_with_its_paper(order: PurchaseOrder, may_api: Client) -> None:
    answer = send(may_api, order)
    assert (answer.status_code, "mill" in answer.content.decode()) == (201, False)
    call_command("work", "--once")
    (letter,) = mail.outbox
    assert (letter.to, order.number in letter.subject, order.number in str(letter.body)) == (
        *(["mill@example.org"], True, True),
    )
    ((name, content, kind),) = letter.attachments
    assert (name, kind, content[:5]) == (f"{order.number}.pdf", "application/pdf", b"%PDF-")
    order.refresh_from_db()
    assert order.state == "sent"
    assert set(AuditEntry.objects.filter(subject=order.number).values_list("action", flat=True)) == {
        *("order.sent", "order.mailed")
    }
    assert bytes(OutboundJob.objects.get().payload) == b""
    assert_books_are_right()


def test_sent_order_is_mailed_again_to_another_address(order: PurchaseOrder, may: User, may_web: Client) -> None:
    orders.send(order.number, by=may)
    assert "Mail it again" in may_web.get(f"/buying/orders/{order.number}").content.decode()
    form = {"address": " sales@example.org ", "key": str(uuid4())}
    assert may_web.post(f"/buying/orders/{order.number}/mail", form).status_code == 302
    call_command("work", "--once")
    assert [letter.to for letter in mail.outbox] == [["sales@example.org"]]


def test_empty_or_finished_order_is_not_mailed(order: PurchaseOrder, may: User, may_api: Client) -> None:
    empty = orders.create(order.supplier_id, by=may)
    assert send(may_api, empty).json()["code"] == "nothing_ordered"
    orders.close(order.number, by=may)
    assert send(may_api, order).json()["code"] == "order_not_open"
    assert not OutboundJob.objects.exists()
    assert not AuditEntry.objects.filter(action__in=["order.sent", "order.mailed"]).exists()


@pytest.mark.parametrize("address", ["mill", "a@b\nBcc: c@example.org", "x" * 300])
def test_invalid_address_is_refused_and_the_order_stays_a_draft(
    order: PurchaseOrder, may: User, may_api: Client, may_web: Client, address: str
) -> None:
    assert send(may_api, order, {"address": address}).status_code == 400
    form = {"address": address, "key": str(uuid4())}
    assert may_web.post(f"/buying/orders/{order.number}/mail", form).status_code == 400
    order.refresh_from_db()
    assert order.state == "draft"


def test_supplier_without_an_address_and_shop_without_mail(order: PurchaseOrder, may: User, settings: Any) -> None:
    Supplier.objects.update(email="")
    with pytest.raises(Invalid):
        order_mail.mail(order.number, to="", by=may)
    settings.SENDS_MAIL = False
    with pytest.raises(copies.NoMail):
        order_mail.mail(order.number, to="mill@example.org", by=may)


def test_cashier_mails_no_orders(order: PurchaseOrder, ana_api: Client, ana_web: Client) -> None:
    assert send(ana_api, order).status_code == 403
    assert ana_web.post(f"/buying/orders/{order.number}/mail", {"key": str(uuid4())}).status_code == 403


@pytest.mark.django_db(transaction=True)
def test_order_mailed_by_many_presses_at_once_leaves_once(order: PurchaseOrder, may: User) -> None:
    key = str(uuid4())
    answers = at_once([lambda: send(with_token(may), order, key=key)] * 6)
    assert sorted(answer.status_code for answer in answers) == [200] * 5 + [201]
    assert OutboundJob.objects.count() == 1
    assert AuditEntry.objects.filter(action="order.mailed").count() == 1
