"""Web hooks send the feed's entries in order, at least once, and delay nobody."""

import json
from base64 import b64encode
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from standardwebhooks.webhooks import Webhook as Verifier

from accounts.models import AuditEntry, User
from inventory.models import Product
from pos.errors import Invalid, ManagersOnly
from pos.events import feed
from pos.models import Change
from pos.webhooks import posting, signing
from reports.figures import attention
from reports.models import OffReason, Webhook, WebhookDelivery
from reports.webhooks import delivering, hooks, messages
from tests.receivers import Receiver, answering

pytestmark = pytest.mark.django_db
TAKEN, FAILED, GONE = (f"HTTP/1.1 {said}\r\nContent-Length: 0\r\n\r\n".encode() for said in ("204 x", "500 x", "410 x"))


@pytest.fixture(autouse=True)
def receivers_in_the_house(settings: Any) -> None:
    settings.WEBHOOK_PRIVATE_RECEIVERS = {"127.0.0.1"}


class Past:
    """Makes the feed see the test's own transaction as ended; it would be held back otherwise."""

    settled = 10


@pytest.fixture(autouse=True)
def past(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Past, "settled", 10)
    monkeypatch.setattr(feed, "mark", lambda: (Past.settled, feed.era_in_force()))


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with answering(TAKEN) as taking:
        yield taking


def hook_to(receiver: Receiver, by: User, *types: str) -> hooks.Made:
    return hooks.make(by=by, url=f"http://127.0.0.1:{receiver.port}/in", types=types)


def change(product: Product) -> None:
    Change.objects.create(xid=Past.settled, kind="product", ids=[product.pk], gone=False)
    Past.settled += 1


def heard(receiver: Receiver) -> list[tuple[dict[str, str], bytes]]:
    found = []
    for request in receiver.heard:
        head, _, body = request.partition(b"\r\n\r\n")
        lines = (line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
        found.append(({name.lower(): value for name, value in lines}, body))
    return found


def ids(receiver: Receiver) -> list[str]:
    return [head["webhook-id"] for head, _ in heard(receiver)]


def cursors(body: bytes) -> list[str]:
    return [entry["cursor"] for entry in json.loads(body)["results"]]


def patient(hook: Webhook) -> Webhook:
    """Ends the pause and releases the hook from a killed worker."""
    Webhook.objects.filter(pk=hook.pk).update(next_try_at=timezone.now(), held_until=None)
    return Webhook.objects.get(pk=hook.pk)


def test_hook_sends_what_the_feed_answers_and_signs_it(
    may: User, may_api: Client, tea: Product, milk: Product, receiver: Receiver
) -> None:
    made = hook_to(receiver, may, "product")
    change(tea)
    change(milk)
    pulled = may_api.get("/api/v1/changes", {"after": made.hook.cursor, "types": "product"})
    delivering.deliver()
    delivering.deliver()
    ((head, body),) = heard(receiver)
    assert [entry["id"] for entry in json.loads(body)["results"]] == [str(tea.pk), str(milk.pk)]
    assert cursors(body) == cursors(pulled.content)
    assert json.loads(body)["results"] == pulled.json()["results"]
    assert Verifier(made.secret).verify(body.decode(), head)
    assert head["content-type"] == "application/json"
    assert not delivering.deliver()
    assert not delivering.try_again()
    row = WebhookDelivery.objects.get()
    assert (row.message, row.entries, row.status, row.is_taken) == (head["webhook-id"], 2, 204, True)
    hook = Webhook.objects.get()
    assert (hook.cursor, hook.until, row.after) == (json.loads(body)["next"], "", made.hook.cursor)


def test_order_is_kept_through_failures(may: User, tea: Product, milk: Product) -> None:
    with answering(FAILED, FAILED, TAKEN) as receiver:
        hook = hook_to(receiver, may, "product").hook
        change(tea)
        delivering.deliver()
        change(milk)
        for _ in range(2):
            assert not delivering.deliver()
            patient(hook)
            delivering.try_again()
        delivering.deliver()
        sent = heard(receiver)
    first = ids(receiver)[0]
    assert ids(receiver) == [first, first, first, first.removesuffix("1") + "2"]
    told = [[entry["id"] for entry in json.loads(body)["results"]] for _, body in sent]
    assert told == [[str(tea.pk)]] * 3 + [[str(milk.pk)]]
    assert len({head["webhook-signature"] for head, _ in sent}) >= 2
    assert [row.status for row in WebhookDelivery.objects.order_by("pk")] == [500, 500, 204, 204]


def test_worker_killed_before_noting_the_answer_sends_the_same_message_again(
    may: User, tea: Product, milk: Product, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    hook = hook_to(receiver, may, "product").hook
    change(tea)

    def killed(*_: Any) -> None:
        raise SystemExit

    with monkeypatch.context() as dying:
        dying.setattr(delivering, "note", killed)
        with pytest.raises(SystemExit):
            delivering.deliver()
    change(milk)
    delivering.deliver()
    assert len(receiver.heard) == 1  # still reserved by the killed worker
    patient(hook)
    delivering.deliver()
    (_, before), (_, after) = heard(receiver)
    assert ids(receiver)[0] == ids(receiver)[1]
    assert cursors(before) == cursors(after)
    delivering.deliver()
    assert [entry["id"] for entry in json.loads(heard(receiver)[2][1])["results"]] == [str(milk.pk)]


def test_two_workers_send_a_message_once(may: User, tea: Product, receiver: Receiver) -> None:
    hook = hook_to(receiver, may).hook
    change(tea)
    message = messages.next_of(hook)
    assert isinstance(message, messages.Message)
    assert [delivering.claim(hook, message), delivering.claim(hook, message)] == [True, False]


def test_receiver_that_answers_gone_is_turned_off_at_once(may: User, tea: Product) -> None:
    with answering(GONE) as receiver:
        hook_to(receiver, may)
        change(tea)
        delivering.deliver()
        assert not delivering.deliver()
        assert not delivering.try_again()
    assert Webhook.objects.get().off_reason == OffReason.GONE
    assert [(card.page, count) for card, count in attention.counted(attention.CARDS, may) if count] == [("webhooks", 1)]
    assert AuditEntry.objects.get(action="webhook.turned_off").facts == {"off_reason": "gone"}


def test_failing_hook_waits_longer_each_time_and_is_turned_off_after_three_days(
    may: User, tea: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    hook_to_nobody = hooks.make(by=may, url="https://receiver.example/").hook
    change(tea)
    moments = [timezone.now()]

    def post(*_: Any) -> None:
        raise TimeoutError

    monkeypatch.setattr(posting, "post", post)
    for module in (delivering, hooks):
        monkeypatch.setattr(module, "timezone", SimpleNamespace(now=lambda: moments[-1]))
    delivering.deliver()
    while (hook := Webhook.objects.get(pk=hook_to_nobody.pk)).is_on:
        assert not delivering.try_again()
        moments.append(told(hook.next_try_at))
        assert delivering.try_again()
    pauses = [after - before for before, after in pairwise(moments)]
    assert pauses[:-1] == sorted(pauses[:-1])
    assert (pauses[0], moments[-1] - moments[0]) == (timedelta(seconds=5), timedelta(days=3))
    assert (hook.off_reason, len(moments) < 30) == (OffReason.FAILING, True)
    assert {row.trouble for row in WebhookDelivery.objects.all()} == {"too_slow"}
    moments.append(moments[-1] + timedelta(days=1))
    hooks.change(hook, by=may, is_on=True)
    monkeypatch.setattr(posting, "post", lambda *_: posting.Answer(200, b"\0fine\x1b[0m"))
    delivering.deliver()
    assert WebhookDelivery.objects.latest("pk").answer == " fine [0m"


def told(moment: datetime | None) -> datetime:
    assert moment is not None
    return moment


def test_receiver_that_hangs_delays_no_other(
    may: User, tea: Product, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posting, "post", partial(posting.post, seconds=0.1))
    with answering(b"", hangs=True) as hanging:
        bad, good = hook_to(hanging, may).hook, hook_to(receiver, may).hook
        for _ in range(3):
            change(tea)
            delivering.deliver()
        assert (len(hanging.heard), len(receiver.heard)) == (1, 3)
        assert patient(bad).tries == 1
        assert delivering.try_again()
        assert (len(hanging.heard), len(receiver.heard)) == (2, 3)
    Webhook.objects.filter(pk=good.pk).update(is_slow=True)
    change(tea)
    assert not delivering.deliver()  # a slow receiver is treated like a failing one
    assert delivering.try_again()
    assert not delivering.deliver()
    assert not patient(good).is_slow


def test_server_error_in_one_hook_stops_no_other(
    may: User, tea: Product, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd, good = hook_to(receiver, may, "product").hook, hook_to(receiver, may).hook
    change(tea)
    next_of = messages.next_of
    monkeypatch.setattr(messages, "next_of", lambda hook: next_of(hook) if hook.pk == good.pk else 1 / 0)
    delivering.deliver()
    assert not delivering.deliver()
    assert (patient(odd).tries, patient(good).tries) == (1, 0)


def test_test_message_is_empty_and_reaches_a_hook_that_is_off(may: User, tea: Product, receiver: Receiver) -> None:
    made = hook_to(receiver, may)
    hooks.change(made.hook, by=may, is_on=False)
    waiting = hooks.test(made.hook, by=may)
    assert delivering.try_again()
    ((head, body),) = heard(receiver)
    assert Verifier(made.secret).verify(body.decode(), head) == {"next": made.hook.cursor, "results": []}
    waiting.refresh_from_db()
    assert (waiting.is_taken, waiting.message) == (True, head["webhook-id"])
    assert not delivering.try_again()


def test_restarted_hook_sends_everything_after_the_cursor_under_new_ids(
    may: User, tea: Product, milk: Product, receiver: Receiver
) -> None:
    hook = hook_to(receiver, may).hook
    for product in (tea, milk):
        change(product)
        delivering.deliver()
    second = WebhookDelivery.objects.latest("pk").after
    hooks.deliver_again(hook, by=may, after=hook.cursor)
    delivering.deliver()
    (_, one), (_, two), (_, again) = heard(receiver)
    assert cursors(again) == cursors(one) + cursors(two)
    assert len(set(ids(receiver))) == 3
    hooks.deliver_again(hook, by=may, after=second)
    delivering.deliver()
    assert cursors(heard(receiver)[-1][1]) == cursors(two)
    for wrong, refused in (("x", Invalid), (feed.written(feed.Place(2**40), feed.era_in_force()), feed.CursorGone)):
        with pytest.raises(refused):
            hooks.deliver_again(hook, by=may, after=wrong)
    Webhook.objects.update(cursor=second)
    with pytest.raises(Invalid, match="not come to this cursor"):
        hooks.deliver_again(hook, by=may, after=json.loads(two)["next"])


def test_restart_while_a_message_is_being_sent_is_kept(
    may: User, tea: Product, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    hook = hook_to(receiver, may).hook
    change(tea)
    send = delivering.sent

    def meanwhile(*asked: Any) -> delivering.Outcome:
        outcome = send(*asked)
        hooks.deliver_again(hook, by=may, after=hook.cursor)
        return outcome

    monkeypatch.setattr(delivering, "sent", meanwhile)
    delivering.deliver()
    assert Webhook.objects.get().cursor == hook.cursor
    hooks.remove(hook, by=may)
    delivering.note(hook, messages.Message(9, "x", "x", 1, b""), delivering.Outcome(1, 200))
    assert WebhookDelivery.objects.count() == 0


def test_new_and_previous_secret_are_both_valid_for_a_while(may: User, tea: Product, receiver: Receiver) -> None:
    made = hook_to(receiver, may)
    turned = hooks.rotate(made.hook, by=may, overlap_hours=1)
    change(tea)
    delivering.deliver()
    ((head, body),) = heard(receiver)
    assert len(head["webhook-signature"].split(" ")) == 2
    assert Verifier(made.secret).verify(body.decode(), head) == Verifier(turned.secret).verify(body.decode(), head)
    hooks.rotate(made.hook, by=may, overlap_hours=0)
    assert len(hooks.valid(made.hook)) == 1


def test_secret_is_stored_encrypted_and_its_loss_turns_the_hook_off(
    may: User, tea: Product, receiver: Receiver, settings: Any
) -> None:
    made = hook_to(receiver, may)
    change(tea)
    with connection.cursor() as cursor:
        cursor.execute("SELECT sealed FROM reports_webhooksecret")
        assert b64encode(made.secret.encode()) not in bytes(cursor.fetchone()[0])
    settings.SECRET_KEY = "another"
    assert not delivering.deliver()
    assert Webhook.objects.get().off_reason == OffReason.SECRET_LOST
    turned = hooks.rotate(made.hook, by=may, overlap_hours=0)
    hooks.change(made.hook, by=may, is_on=True)
    delivering.deliver()
    assert Verifier(turned.secret).verify(heard(receiver)[0][1].decode(), heard(receiver)[0][0])


def test_hook_is_turned_off_when_the_feed_restarts_and_goes_on_from_now(
    may: User, tea: Product, receiver: Receiver
) -> None:
    hook = hook_to(receiver, may).hook
    feed.begin_anew()
    assert not delivering.deliver()
    off = Webhook.objects.get()
    assert off.off_reason == OffReason.CURSOR_GONE
    hooks.change(hook, by=may, is_on=True)
    on = Webhook.objects.get()
    assert (on.is_on, on.mark != off.mark, on.cursor != off.cursor) == (True, True, True)
    assert not delivering.deliver()


def test_message_size_is_limited_and_a_too_large_object_is_sent_as_a_link(
    may: User, may_api: Client, tea: Product, milk: Product, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    hook = hook_to(receiver, may).hook
    for _ in range(4):
        change(milk)
        change(tea)
    monkeypatch.setattr(messages, "MOST_SENT", 2500)
    while delivering.deliver():
        pass
    assert sum(len(cursors(body)) for _, body in heard(receiver)) == 8
    assert 1 < len(receiver.heard) < 8
    monkeypatch.setattr(messages, "MOST_SENT", 500)
    hooks.deliver_again(hook, by=may, after=hook.cursor)
    delivering.deliver()
    (entry,) = json.loads(heard(receiver)[-1][1])["results"]
    assert entry["object"]["too_large"] is True
    (read,) = may_api.get(entry["object"]["read"]).json()["results"]
    assert (read["cursor"], read["object"]["id"]) == (entry["cursor"], milk.pk)


def test_cursor_of_a_hook_without_messages_keeps_up_with_the_feed(may: User, tea: Product, receiver: Receiver) -> None:
    hook = hook_to(receiver, may, "member").hook
    change(tea)
    assert not delivering.deliver()
    assert Webhook.objects.get().cursor != hook.cursor
    assert receiver.heard == []


def test_only_managers_make_hooks_and_bad_addresses_are_refused_in_words(may: User, ana: User) -> None:
    with pytest.raises(ManagersOnly):
        hooks.make(by=ana, url="https://example.org/")
    for wrong in (
        *("", "x", "https://", "ftp://example.org/", "file:///etc/passwd", "gopher://example.org/", "//example.org"),
        *("http://example.org/", "https://a:b@example.org/", "https://example.org/#x", "https://example.org:0/"),
        *("https://example.org:99999/", "https://10.0.0.1/", "https://[::1]/", "https://[::1", "https://exa mple.org/"),
        *("https://example.org/a\r\nX-Evil: 1", "https://example.org/\0", "https://e.org/" + "x" * 500, "https://é/ä"),
    ):
        with pytest.raises(Invalid) as refused:
            hooks.make(by=may, url=wrong)
        assert refused.value.field == "url", wrong
    with pytest.raises(Invalid, match="no type people"):
        hooks.make(by=may, url="https://example.org/", types=["people"])
    made = hooks.make(by=may, url="https://Bücher.Example:8443/x?token=geheim", types=["bill", "product"])
    assert made.hook.url == "https://xn--bcher-kva.example:8443/x?token=geheim"
    assert made.hook.types == ["product", "bill"]
    assert signing.BEGINS in made.secret
    assert "geheim" not in json.dumps(AuditEntry.objects.get(action="webhook.made").facts)
