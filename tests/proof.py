"""The audit as an assertion."""

from reports import audit


def broken() -> dict[str, list[str]]:
    return {found.invariant.code: found.offenders for found in audit.findings() if found.is_broken}


def assert_books_are_right() -> None:
    found = broken()
    assert not found, found
