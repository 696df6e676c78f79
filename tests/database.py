"""Loaded by pytest before Django reads its settings: the tests' own PostgreSQL, without fsync."""

import os
from pathlib import Path

from pos.embedded import server
from tests import moved_clock

os.environ.setdefault("DEBUG", "1")
os.environ.setdefault("DATABASE_POOL", "40")
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright's event loop runs while browser tests use the ORM

if not os.environ.get("DATABASE_URL"):
    folder = Path(os.environ.get("POS_DATA") or server.BASE_DIR / "var")
    os.environ["DATABASE_URL"] = server.start(folder / "test-postgres", server.FORGETFUL)

moved_clock.move()
pytest_collection_modifyitems = moved_clock.pytest_collection_modifyitems
