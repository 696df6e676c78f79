"""Whether the disk of the database's files has room: a result too large for memory is written there and thrown away."""

from typing import Any

import psycopg

LITTLE_MEMORY = "SET LOCAL work_mem = '64kB'"
SPILL = "SELECT count(*) FROM generate_series(1, 20000)"  # half a megabyte
FULL = (psycopg.errors.DiskFull, psycopg.errors.InternalError_)  # the second where not even a file can be begun


def is_left(database: psycopg.Connection[Any]) -> bool:
    """Nothing of it stays, and no table is touched. Also says so of a database on another machine."""
    try:
        with database.transaction():
            database.execute(LITTLE_MEMORY)
            database.execute(SPILL)
    except FULL:
        return False
    return True
