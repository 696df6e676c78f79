"""The real data beside the checkout; they are never copied into the project."""

import os
from pathlib import Path

import pytest
from django.conf import settings

DATA = Path(os.environ.get("POS_SHARED") or settings.BASE_DIR.parent / "shared") / "data"


def needed(name: str) -> Path:
    path = DATA / name
    if not path.exists():
        pytest.fail(f"{name} is missing: it belongs in {DATA}; POS_SHARED may name another folder.", pytrace=False)
    return path
