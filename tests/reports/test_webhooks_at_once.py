"""Two workers at once send each sale once and in order."""

import json
from typing import Any

import pytest

from accounts.models import User
from billing.models import Shift
from inventory.models import Product
from reports.models import Webhook, WebhookDelivery
from reports.webhooks import delivering, hooks
from tests.at_once import at_once, wait_for_tests_beside
from tests.counter import sell
from tests.receivers import answering

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_workers_send_a_sale_once(may: User, ana: User, shift: Shift, tea: Product, settings: Any) -> None:
    settings.WEBHOOK_PRIVATE_RECEIVERS = {"127.0.0.1"}
    with answering(b"HTTP/1.1 204 x\r\n\r\n") as receiver:
        hooks.make(by=may, url=f"http://127.0.0.1:{receiver.port}/", types=["bill"])
        bills = [sell((tea, "1"), by=ana, cash="12.50").number for _ in range(3)]
        wait_for_tests_beside()
        at_once([delivering.deliver] * 4)
        delivering.deliver()
        told = [json.loads(request.partition(b"\r\n\r\n")[2])["results"] for request in receiver.heard]
    assert [entry["id"] for page in told for entry in page] == bills
    hook = Webhook.objects.get()
    assert (hook.until, hook.held_until, WebhookDelivery.objects.count()) == ("", None, len(receiver.heard))
