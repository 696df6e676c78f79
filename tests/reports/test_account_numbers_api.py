"""The accountant's account numbers, through the API."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import AuditEntry
from reports.journal.accounts import Numbers

pytestmark = pytest.mark.django_db
PATH = "/api/v1/journal/accounts"


def put(client: Client, *rows: dict[str, Any]) -> Any:
    return client.patch(PATH, {"accounts": rows}, content_type="application/json")


def number(client: Client, role: str, detail: str = "") -> tuple[str, str]:
    rows = client.get(PATH).json()["accounts"]
    return next((row["number"], row["tax_key"]) for row in rows if (row["role"], row["detail"]) == (role, detail))


def test_account_numbers_are_read_and_set(may_api: Client) -> None:
    assert number(may_api, "cash") == ("1000", "")
    told = put(may_api, {"role": "cash", "number": "1600"}, {"role": "client", "number": "77"})
    assert told.status_code == 200
    assert (number(may_api, "cash"), number(may_api, "client")) == (("1600", ""), ("77", ""))
    assert (number(may_api, "safe"), Numbers().of("cash").number) == (("1360", ""), "1600")
    put(may_api, {"role": "cash", "number": "1600"})
    assert AuditEntry.objects.filter(action="journal.accounts_changed").count() == 1


@pytest.mark.parametrize(
    "row",
    [
        {"role": "cash"},
        {"role": "cash", "number": "16"},
        {"role": "cash", "number": "16a0"},
        {"role": "cash", "number": "123456789"},
        {"role": "cash", "number": "1600", "tax_key": "x"},
        {"role": "nothing", "number": "1600"},
        {"role": "cash", "detail": "0.19", "number": "1600"},
        {"role": "year_begins", "number": "13"},
        {"role": "year_begins", "number": "3", "tax_key": "40"},
        {"role": "consultant", "number": "1000"},
    ],
)
def test_invalid_account_number_is_refused(may_api: Client, row: dict[str, Any]) -> None:
    before = may_api.get(PATH).json()
    assert put(may_api, {"role": "safe", "number": "1460"}, row).status_code == 400
    assert may_api.get(PATH).json() == before


def test_only_managers_see_and_set_the_numbers(ana_api: Client, may_api: Client) -> None:
    assert (ana_api.get(PATH).status_code, put(ana_api, {"role": "cash", "number": "1600"}).status_code) == (403, 403)
    twice = put(may_api, {"role": "cash", "number": "1600"}, {"role": "cash", "number": "1700"})
    assert (twice.status_code, twice.json()["errors"][0]["code"]) == (400, "repeated")
