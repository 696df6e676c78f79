"""The shop's own server with clients that send or read slowly, without a proxy in front."""

import json
import os
import signal
import socket
import time
from collections.abc import Iterator
from uuid import uuid4

import pytest

from accounts.models import User
from billing.models import Bill, Shift
from inventory.models import Product
from pos.api import errors
from pos.web.worker import MOST_HELD, Line
from tests.clients import tokens_of
from tests.served import Served, served, to_end, trickling, until

pytestmark = pytest.mark.django_db(transaction=True)
HEAD = b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
SLOW = {
    "a head": HEAD + b"X-Long: ",
    "a body": HEAD + b"Content-Length: 1000\r\n\r\n",
    "a large body": HEAD + b"Content-Length: 9000000\r\n\r\n",
}


@pytest.fixture(scope="module")
def shop(django_db_setup: None) -> Iterator[Served]:
    with served() as running:
        yield running


@pytest.mark.parametrize("begun", SLOW.values(), ids=SLOW)
def test_a_sale_is_rung_up_while_64_connections_send_slowly(
    shop: Served, begun: bytes, shift: Shift, ana: User, tea: Product
) -> None:
    bearer = f"Bearer {tokens_of('ana')['access']}"
    paid = {"method": "cash", "amount": "20.00"}
    asked = {"register": "R1", "lines": [{"product": tea.pk, "quantity": "1"}], "payments": [paid]}
    with trickling(shop, begun, 64):
        answer = shop.post("/api/v1/bills", asked, Authorization=bearer, Idempotency_Key=str(uuid4()))
        assert shop.get("/healthz").endswith(b"alive\n")
    assert answer.startswith(b"HTTP/1.1 201")
    assert Bill.objects.count() == 1


def test_idle_connections_block_nobody(shop: Served) -> None:
    idle = [shop.call() for _ in range(64)]
    assert shop.get("/healthz").endswith(b"alive\n")
    for line in idle:
        line.close()


@pytest.fixture
def line_and_reader() -> Iterator[tuple[Line, socket.socket]]:
    ours, reader = socket.socketpair()
    line = Line(ours.family, ours.type, ours.proto, fileno=ours.detach())
    line.held, line.until = bytearray(), time.monotonic() + 30
    with line, reader:
        yield line, reader


def test_unread_answer_frees_its_thread(line_and_reader: tuple[Line, socket.socket]) -> None:
    line, reader = line_and_reader
    answer = os.urandom(MOST_HELD)
    line.sendall(answer)
    assert line.held, "the system took all of it, and the test says nothing"
    read = bytearray()
    while len(read) < len(answer):
        read += reader.recv(65536)
        line.push()
    assert read == answer


def test_answer_larger_than_the_buffer_waits_until_its_deadline(
    line_and_reader: tuple[Line, socket.socket],
) -> None:
    line, _ = line_and_reader
    line.until = time.monotonic()
    with pytest.raises(ConnectionResetError):
        line.sendall(bytes(3 * MOST_HELD))


def test_connection_without_a_request_is_closed(shop: Served) -> None:
    with shop.call() as line:
        line.sendall(HEAD)
        assert to_end(line) == b""


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", b"411"),
        (b"Content-Length: 100000000000\r\n\r\n", b"413"),
        (b"X: " + b"x" * 70_000, b"431"),
        (b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello", b"400"),
        (b"Content-Length : 5\r\n\r\n", b"400"),
    ],
)
def test_invalid_request_is_refused_at_once(shop: Served, head: bytes, status: bytes) -> None:
    assert shop.ask(HEAD + head).startswith(b"HTTP/1.1 " + status)


@pytest.mark.parametrize(
    ("head", "status", "code"),
    [
        (b"Transfer-Encoding: chunked\r\n\r\n", 411, "length_required"),
        (b"Content-Length: 100000000000\r\n\r\n", 413, "too_large"),
        (b"X: " + b"x" * 70_000, 431, "head_too_large"),
    ],
)
def test_client_of_the_api_is_refused_with_a_problem(shop: Served, head: bytes, status: int, code: str) -> None:
    answer = shop.ask(b"POST /api/v1/bills HTTP/1.1\r\nHost: 127.0.0.1\r\n" + head)
    said = json.loads(answer.partition(b"\r\n\r\n")[2])
    assert b"Content-Type: application/problem+json" in answer
    assert (said["status"], said["code"]) == (status, code)
    assert said.keys() == errors.problem(status, code, said["detail"]).keys()


def test_a_hundred_long_article_numbers_fit_into_an_address(shop: Served) -> None:
    numbers = ",".join("x" * 99 for _ in range(100)).encode()
    line = b"GET /api/v1/products?sku=" + numbers + b" HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
    assert shop.ask(line).startswith(b"HTTP/1.1 401")


def test_requests_on_one_connection_are_answered_in_order(shop: Served) -> None:
    one = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    last = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
    with shop.call() as line:
        line.sendall(one * 3 + last)
        assert to_end(line).count(b"alive\n") == 4
    with shop.call() as line:
        for _ in range(3):
            line.sendall(one[:20])
            line.sendall(one[20:])
            answer = b""
            while not answer.endswith(b"alive\n"):
                answer += line.recv(65536)


def test_expect_100_continue_is_answered(shop: Served) -> None:
    with shop.call() as line:
        line.sendall(HEAD + b"Connection: close\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n")
        assert line.recv(65536).startswith(b"HTTP/1.1 100")
        line.sendall(b"a=b&c")
        assert b"HTTP/1.1 403" in to_end(line)


def test_workers_do_not_outlive_their_killed_master_nor_hold_its_port(db: None) -> None:
    with served() as shop, trickling(shop, HEAD, 4):
        os.kill(shop.process.pid, signal.SIGKILL)
        shop.process.wait(60)

        def is_free() -> bool:
            with socket.socket() as mine:
                mine.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    mine.bind(("127.0.0.1", shop.port))
                except OSError:
                    return False
                return True

        until(is_free)
