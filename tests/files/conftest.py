from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import User
from files import imports
from files.models import FileImport


@pytest.fixture
def uploaded(may: User) -> Callable[..., FileImport]:
    """A list that May uploaded."""

    def upload(content: bytes | str, kind: str = "products", **more: Any) -> FileImport:
        held = content.encode() if isinstance(content, str) else content
        return imports.upload(held, "list.csv", kind, by=may, **more)

    return upload
