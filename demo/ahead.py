"""Done on another core while the demo shop waits for its database: its pictures are drawn, and all pages are loaded
once, which leaves their bytecode for the server that begins next."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from multiprocessing import get_context
from multiprocessing.connection import Connection

import django
from django.conf import settings

from demo.goods import SHELVES
from demo.pictures import picture


@contextmanager
def drawn() -> Iterator[Iterator[bytes]]:
    """The pictures of the goods, in their order on the shelves."""
    another = get_context("spawn")  # a forked process would share the connection to the database
    here, there = another.Pipe(duplex=False)
    other = another.Process(target=work, args=(there,), daemon=True)
    other.start()
    there.close()
    try:
        yield (here.recv_bytes() for shelf in SHELVES for _good in shelf.goods)
    finally:
        other.terminate()
        other.join()
        here.close()


def work(there: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that began it ends it
    for shelf in SHELVES:
        for good in shelf.goods:
            there.send_bytes(picture(good.drawn, good.colours, shelf.ground))
    django.setup()
    import_module(settings.ROOT_URLCONF)
