"""The pgbench script of the benchmark has the statements that the shop sends."""

import re

import pytest

from bench import counter, statements


@pytest.fixture
def shop(db, settings):
    return counter.set_up(2)


def test_script_has_the_statements_of_a_purchase_with_and_without_a_member(shop):
    script = statements.script(shop, 30)
    with_member, without = script.split("\\else")
    assert "members_pointsentry" in with_member
    assert "members_pointsentry" not in without
    for part in (with_member, without):
        assert part.count("BEGIN;") == part.count("COMMIT;") == 1
        for deed in ("billing_register", "inventory_stock s", "INSERT INTO billing_bill ", "inventory_stockmovement"):
            assert deed in part


def test_script_contains_no_values_of_the_recorded_bill(shop):
    script = statements.script(shop, 30)
    own = [*shop.members[:1], *shop.products[:1]]
    body = "\n".join(line for line in script.splitlines() if not line.startswith("\\set"))
    assert not [number for number in own if re.search(rf"\b{number}\b", body)]
    assert "B0-000001" not in script
    assert "%s" not in script
