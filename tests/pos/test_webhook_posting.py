"""A web hook posts only to public addresses unless allowed, signed, and within five seconds."""

import socket
from time import time
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from pos.webhooks import addresses, posting, signing
from tests.receivers import answering

FORBIDDEN = [
    *("127.0.0.1", "127.1", "127.255.255.254", "localhost", "0.0.0.0", "0", "2130706433", "0x7f000001", "0x7f.1"),
    *("017700000001", "0177.0.0.1", "10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.254", "192.168.0.1"),
    *("169.254.169.254", "169.254.0.1", "100.64.0.1", "100.127.255.254", "192.0.0.8", "192.0.2.1", "198.18.0.1"),
    *("198.51.100.7", "203.0.113.7", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255"),
    *("[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:10.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]", "[fe80::1]"),
    *("[fc00::1]", "[fd12:3456::1]", "[fec0::1]", "[ff02::1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[2001:db8::1]"),
    *("[2001:0:7f00:1::]", "[100::1]", "[3fff::1]", "192.88.99.1"),
]
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfine"


@pytest.fixture
def no_line(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Records every attempted connection."""
    tried: list[Any] = []

    def refused(*asked: Any) -> None:
        tried.append(asked)
        raise ConnectionRefusedError

    monkeypatch.setattr(posting.socket, "create_connection", refused)
    return tried


def test_forty_receivers_in_the_shops_own_network_get_no_connection(no_line: list[Any]) -> None:
    assert len(FORBIDDEN) >= 40
    with answering(OK) as receiver:
        for host in FORBIDDEN:
            with pytest.raises((addresses.ReceiverForbidden, addresses.NoSuchReceiver)):
                posting.post(f"https://{host}:{receiver.port}/", {}, b"{}")
        assert (no_line, receiver.heard) == ([], [])


def test_name_that_resolves_to_a_private_address_now_or_later_gets_no_connection(
    no_line: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = [["93.184.216.34", "10.0.0.1"], ["93.184.216.34"], ["127.0.0.1"]]
    monkeypatch.setattr(addresses, "asked", lambda *_: answers.pop(0))
    with pytest.raises(addresses.ReceiverForbidden):
        posting.post("https://both.example/", {}, b"{}")
    assert no_line == []
    with pytest.raises(ConnectionRefusedError):
        posting.post("https://turns.example/", {}, b"{}")
    assert [place for place, _ in no_line] == [("93.184.216.34", 443)]  # exactly the address that was checked
    with pytest.raises(addresses.ReceiverForbidden):
        posting.post("https://turns.example/", {}, b"{}")
    assert len(no_line) == 1


def test_private_receiver_named_in_the_settings_is_sent_to(settings: Any) -> None:
    settings.WEBHOOK_PRIVATE_RECEIVERS = {"127.0.0.1"}
    with answering(OK) as receiver:
        answer = posting.post(f"http://127.0.0.1:{receiver.port}/in?a=1", {"webhook-id": "m"}, b"{}")
    assert (answer.status, answer.body) == (200, b"fine")
    assert receiver.heard == [
        f"POST /in?a=1 HTTP/1.1\r\nHost: 127.0.0.1:{receiver.port}\r\nContent-Length: 2\r\nConnection: close\r\n"
        "webhook-id: m\r\n\r\n{}".encode()
    ]


def test_plain_http_to_a_public_address_is_refused(no_line: list[Any]) -> None:
    with pytest.raises(addresses.ReceiverForbidden):
        posting.post("http://93.184.216.34/", {}, b"{}")
    assert no_line == []


def test_redirect_is_an_answer_and_not_followed(settings: Any) -> None:
    settings.WEBHOOK_PRIVATE_RECEIVERS = {"127.0.0.1"}
    moved = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/admin\r\nContent-Length: 0\r\n\r\n"
    with answering(b"HTTP/1.1 103 Early\r\nX: y\r\n\r\n" + moved) as receiver:
        assert posting.post(f"http://127.0.0.1:{receiver.port}/", {}, b"{}").status == 302
    assert len(receiver.heard) == 1


def test_reading_of_an_answer_is_limited_in_size_and_time(settings: Any) -> None:
    settings.WEBHOOK_PRIVATE_RECEIVERS = {"127.0.0.1"}
    with answering(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 1_000_000) as receiver:
        assert len(posting.post(f"http://127.0.0.1:{receiver.port}/", {}, b"{}").body) < posting.MOST_READ
    for never_ends, said in ((b"", TimeoutError), (b"HTTP/1.1 200 OK\r\n", TimeoutError), (b"220 mail\r\n", OSError)):
        with answering(never_ends, hangs=True) as receiver, pytest.raises(said):
            posting.post(f"http://127.0.0.1:{receiver.port}/", {}, b"{}", seconds=0.2)
    with answering(b"SSH-2.0-x\r\n") as receiver, pytest.raises(posting.NoAnswer):
        posting.post(f"http://127.0.0.1:{receiver.port}/", {}, b"{}")
    with pytest.raises(ValueError, match="more than"):
        posting.post("https://example.org/", {}, b"x" * (posting.MOST_SENT + 1))


def test_resolver_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    line, other = socket.socketpair()
    monkeypatch.setattr(addresses, "asked", lambda *_: [str(line.recv(1))])
    with pytest.raises(TimeoutError):
        addresses.of("slow.example", 443, 0.05)
    other.close()


def test_signature_is_verified_by_the_library_with_either_secret() -> None:
    old, new, body = signing.new_secret(), signing.new_secret(), b'{"next":"x","results":[]}'
    said = dict(signing.headers("msg_1", int(time()), body, [new, old]))
    assert Webhook(old).verify(body.decode(), said) == Webhook(new).verify(body.decode(), said)
    for secret, text in ((signing.new_secret(), body), (new, b"{}")):
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(text.decode(), said)


def test_secret_is_stored_encrypted_and_lost_without_the_key_of_the_shop(settings: Any) -> None:
    secret = signing.new_secret()
    kept = signing.sealed(secret)
    assert secret.encode() not in kept
    before, settings.SECRET_KEY = settings.SECRET_KEY, "another"
    with pytest.raises(signing.SecretLost):
        signing.opened(kept)
    settings.SECRET_KEY_FALLBACKS = [before]
    assert signing.opened(kept) == secret
