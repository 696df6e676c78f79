"""The request being answered, for whoever notes what was done in it: its id, the key of a machine that asked,
and the code it was last refused with."""

import re
from contextvars import ContextVar
from uuid import uuid4

HEADER, IN_META = "X-Request-Id", "HTTP_X_REQUEST_ID"
WELL_FORMED = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
LONGEST = 64

running: ContextVar[str] = ContextVar("request_id", default="")
machine_key: ContextVar[int | None] = ContextVar("machine_key", default=None)
refused: ContextVar[str] = ContextVar("refused", default="")


def chosen(sent: str | None) -> str:
    """The client's own id where it is short and plain, otherwise a new one."""
    return sent if sent and WELL_FORMED.fullmatch(sent) else uuid4().hex[:16]
