"""One POST to a receiver nobody knows: five seconds in all, no redirects, and only the beginning of the answer read.

Its own few lines of HTTP, because a library's deadlines are for each read: a receiver that sends a byte a second would
hold it for ever.
"""

import re
import socket
import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from urllib.parse import SplitResult, urlsplit

from pos.webhooks import addresses

SECONDS, MOST_SENT, MOST_READ, MOST_ADDRESSES = 5.0, 64 * 1024, 16 * 1024, 2
PORTS = {"https": 443, "http": 80}
STATUS = re.compile(rb"HTTP/1\.[01] ([2-5][0-9]{2})(?: [^\r\n]*)?\r\n(?:[^\r\n]+\r\n)*\r\n")
INTERIM = re.compile(rb"HTTP/1\.[01] 1[0-9]{2}(?: [^\r\n]*)?\r\n(?:[^\r\n]+\r\n)*\r\n")
PROMISED = re.compile(rb"\r\ncontent-length:[ \t]*([0-9]{1,9})[ \t]*\r\n", re.IGNORECASE)


class NoAnswer(OSError):
    """The receiver ended the connection without an answer in HTTP."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes  # its beginning


class Deadline:
    def __init__(self, seconds: float) -> None:
        self.end = monotonic() + seconds

    @property
    def left(self) -> float:
        if (left := self.end - monotonic()) <= 0:
            raise TimeoutError
        return left


def post(url: str, headers: Mapping[str, str], body: bytes, seconds: float = SECONDS) -> Answer:
    """Raises OSError: refused, not found, not reached, not in time, or no answer."""
    if len(body) > MOST_SENT:
        raise ValueError("more than a receiver is sent at once")
    parts, deadline = urlsplit(url), Deadline(seconds)
    host, port = str(parts.hostname), parts.port or PORTS[parts.scheme]
    if parts.scheme != "https" and not addresses.is_named(host):
        raise addresses.ReceiverForbidden
    with connected(addresses.of(host, port, deadline.left), port, deadline) as plain:
        if parts.scheme == "http":
            return exchanged(plain, head(parts, headers, len(body)) + body, deadline)
        plain.settimeout(deadline.left)
        with ssl.create_default_context().wrap_socket(plain, server_hostname=host) as line:
            return exchanged(line, head(parts, headers, len(body)) + body, deadline)


def connected(found: list[str], port: int, deadline: Deadline) -> socket.socket:
    """Tries the first addresses, each in a fair part of the time."""
    tried = found[:MOST_ADDRESSES]
    for place, address in enumerate(tried):
        try:
            return socket.create_connection((address, port), deadline.left / (len(tried) - place))
        except OSError:
            if address == tried[-1]:
                raise
    raise addresses.NoSuchReceiver


def head(parts: SplitResult, headers: Mapping[str, str], length: int) -> bytes:
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    own = {"Host": parts.netloc, "Content-Length": str(length), "Connection": "close"}
    lines = [f"POST {path} HTTP/1.1", *(f"{name}: {value}" for name, value in {**own, **headers}.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("ascii")


def exchanged(line: socket.socket, request: bytes, deadline: Deadline) -> Answer:
    left = memoryview(request)
    with suppress(BrokenPipeError, ConnectionResetError):  # it may have answered before it heard everything
        while left:
            line.settimeout(deadline.left)
            left = left[line.send(left[:MOST_READ]) :]
    heard = listened(line, deadline)
    if not (found := STATUS.match(heard)):
        raise NoAnswer
    return Answer(int(found[1]), heard[found.end() :])


def listened(line: socket.socket, deadline: Deadline) -> bytes:
    """The answer as far as it is read. Once its head is whole, a body that does not end in time is no fault."""
    heard, room = b"", MOST_READ
    try:
        while room and not is_whole(heard):
            line.settimeout(deadline.left)
            if not (piece := line.recv(room)):
                break
            heard, room = heard + piece, room - len(piece)
            while interim := INTERIM.match(heard):
                heard = heard[interim.end() :]
    except OSError:
        if not STATUS.match(heard):
            raise
    return heard


def is_whole(heard: bytes) -> bool:
    """All the body that was promised; without a promise only the end of the connection tells."""
    if not (found := STATUS.match(heard)):
        return False
    promised = PROMISED.search(heard[: found.end()])
    return found[1] == b"204" or bool(promised and len(heard) - found.end() >= int(promised[1]))
