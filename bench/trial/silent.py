"""A printer, a mail server and a receiver of web hooks, all on 127.0.0.1, that take a connection and never answer."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

HERE = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Partners:
    """Their ports."""

    printer: int
    mail: int
    receiver: int

    def environment(self) -> dict[str, str]:
        return {"EMAIL_URL": f"smtp://{HERE}:{self.mail}", "WEBHOOK_PRIVATE_RECEIVERS": HERE}


@contextmanager
def partners() -> Iterator[Partners]:
    with ExitStack() as all_of_them:
        doors = [all_of_them.enter_context(socket.create_server((HERE, 0), backlog=100)) for _ in range(2)]
        printer = all_of_them.enter_context(full_door())
        yield Partners(printer, *(door.getsockname()[1] for door in doors))


@contextmanager
def full_door() -> Iterator[int]:
    """A port whose queue is full, so that whoever connects waits: a printer's bytes would fit into the socket's own
    buffer."""
    with socket.create_server((HERE, 0), backlog=0) as door, ExitStack() as queue:
        port = int(door.getsockname()[1])
        for _ in range(8):
            line = queue.enter_context(socket.socket())
            line.setblocking(False)
            line.connect_ex((HERE, port))
        yield port
