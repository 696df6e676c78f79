"""An incoming request: what has been received, whether it is complete, and what is refused unread."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

LARGEST_HEAD = 32 * 1024
LARGEST_BODY = 12 * 1024 * 1024
HEAD_SECONDS, BODY_SECONDS, SLOWEST = 10.0, 20.0, 100_000  # SLOWEST is in bytes a second
LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,18})[ \t]*\r\n", re.IGNORECASE)
CODED = re.compile(rb"\r\ntransfer-encoding[ \t]*:", re.IGNORECASE)
EXPECTS = re.compile(rb"\r\nexpect:[ \t]*100-continue[ \t]*\r\n", re.IGNORECASE)
API = re.compile(rb"[A-Z]+ /api/")
UNREAD: Mapping[HTTPStatus, tuple[str, str]] = {  # the code and the sentence of each refusal
    HTTPStatus.LENGTH_REQUIRED: ("length_required", "State the length of the body: the shop does not read chunks."),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: ("too_large", "This is more than the shop takes at once."),
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: (
        "head_too_large",
        f"Address and headers together are longer than {LARGEST_HEAD // 1024} KB.",
    ),
}


@dataclass(slots=True)
class Arrival:
    """`data` is everything received and not yet processed; `whole` is the length of the first request in it."""

    begun: float
    data: bytearray = field(default_factory=bytearray)
    whole: int = 0
    refused: HTTPStatus | None = None
    awaits_go: bool = False

    @property
    def is_complete(self) -> bool:
        return 0 < self.whole <= len(self.data)

    @property
    def deadline(self) -> float:
        return self.begun + (BODY_SECONDS + self.whole / SLOWEST if self.whole else HEAD_SECONDS)

    def add(self, data: bytes) -> None:
        searched = max(0, len(self.data) - 3)
        self.data += data
        if self.whole:
            return
        end = self.data.find(b"\r\n\r\n", searched)
        if end > LARGEST_HEAD or (end < 0 and len(self.data) > LARGEST_HEAD):
            self.refused = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
        elif end >= 0:
            self.read_head(bytes(self.data[: end + 4]))

    def read_head(self, head: bytes) -> None:
        """Reads only the length of the body. Other errors in a head are left to gunicorn's parser."""
        said = LENGTH.search(head)
        length = int(said[1]) if said else 0
        if CODED.search(head):
            self.refused = HTTPStatus.LENGTH_REQUIRED
        elif length > LARGEST_BODY:
            self.refused = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        self.whole = len(head) + length
        self.awaits_go = bool(EXPECTS.search(head)) and not self.is_complete


def refusal(status: HTTPStatus, data: bytes | bytearray) -> bytes:
    """The answer to a request that begins with `data`: a problem for a client of the API, text for others."""
    kind, said = "text/plain", f"{UNREAD[status][1]}\n"
    if API.match(data):
        kind, said = "application/problem+json", json.dumps(problem(status))
    return (
        f"HTTP/1.1 {status.value} {status.phrase}\r\nConnection: close\r\n"
        f"Content-Type: {kind}\r\nContent-Length: {len(said)}\r\n\r\n{said}"
    ).encode()


def problem(status: HTTPStatus) -> dict[str, object]:
    """As `pos.api.errors.problem`, which needs the shop loaded; a request that was not read has no name in the log."""
    code, sentence = UNREAD[status]
    facts = {"type": f"urn:pos:problem:{code}", "title": status.phrase, "status": status.value, "code": code}
    return {**facts, "detail": sentence, "errors": [], "facts": {}, "request_id": ""}
