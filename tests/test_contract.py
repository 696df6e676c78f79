"""The API's contract as a list: each operation with its statuses and fields, as tests/contract.txt has it.

A difference is a mistake, or a change for CHANGELOG.md: python -m tests.contract writes the list.
"""

from tests.contract import FILE, listed


def test_the_api_is_as_its_contract_lists_it() -> None:
    assert listed() == FILE.read_text().splitlines()
