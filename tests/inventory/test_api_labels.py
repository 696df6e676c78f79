"""Labels to print, for programs."""

import re
from decimal import Decimal as D
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from inventory.goods import products
from inventory.labels import wanted
from inventory.models import Product
from tests import cast, keys
from tests.traces import traces

pytestmark = pytest.mark.django_db
PATH = "/api/v1/labels"


def ask(client: Client, lines: Any, accepted: str = "*/*", **asked: Any) -> Any:
    body = {"lines": lines, **asked}
    return client.post(PATH, body, content_type="application/json", headers={"Accept": accepted})


def label(page: str) -> list[tuple[str, str]]:
    return re.findall(r'<div class="labels__label" data-place="(\d+)">\s*<p class="labels__name">([^<]*)', page)


@pytest.mark.parametrize("accepted", ["*/*", "text/html", "application/json"])
def test_sheet_is_html_without_other_files(may: User, may_api: Client, tea: Product, accepted: str) -> None:
    products.edit(tea, by=may, content=D(250), content_unit="g")
    before = traces()
    answer = ask(may_api, [{"product": tea.pk, "count": 2}], accepted, paper="roll-57x32", kind="goods")
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/html; charset=utf-8")
    page = answer.text
    assert page.count("€12.50") == 2 and page.count("€50.00 / kg") == 2 and page.count("4006381333931") == 2
    assert "labels--goods" in page and "size: 57mm 32mm" in page and ".labels__label {" in page
    assert not re.search(r"<link|<script|src=|href=|@import|url\(", page)
    assert traces() == before


def test_sheet_has_the_labels_that_the_page_prints(
    may_api: Client, may_web: Client, tea: Product, milk: Product
) -> None:
    lines = [{"product": tea.pk, "count": 3}, {"product": milk.pk}, {"product": tea.pk}]
    sheet = label(ask(may_api, lines, paper="l7159", first=23).text)
    page = may_web.get(f"/goods/labels/print?products={tea.pk}x4,{milk.pk}&paper=l7159&first=23").text
    assert sheet == label(page)
    assert sheet == [*(("23", "Green tea"), ("24", "Green tea"), ("1", "Green tea"), ("2", "Green tea"), ("3", "Milk"))]


def test_sheet_speaks_the_language_of_the_shop(settings: Any, may_api: Client, cheese: Product) -> None:
    settings.LANGUAGE_CODE = "de"
    page = ask(may_api, [{"product": cheese.pk}]).text
    assert '<html lang="de" dir="ltr">' in page and "20,00\N{NO-BREAK SPACE}€ / kg" in page


def test_name_of_a_product_is_escaped(may_api: Client) -> None:
    page = ask(may_api, [{"product": cast.product("<script>Tea</style>").pk}]).text
    assert "<script>" not in page and page.count("</style>") == 1 and "&lt;script&gt;Tea" in page


@pytest.mark.parametrize(
    ("line", "asked", "field"),
    [
        ({"count": 0}, {}, "lines[0].count"),
        ({"count": wanted.MOST_OF_ONE + 1}, {}, "lines[0].count"),
        ({"count": "x"}, {}, "lines[0].count"),
        ({"product": "tea"}, {}, "lines[0].product"),
        ({"sku": "T-1"}, {}, "lines[0].sku"),
        ({}, {"paper": "letterbox"}, "paper"),
        ({}, {"paper": ["l7160"]}, "paper"),
        ({}, {"kind": "love"}, "kind"),
        ({}, {"first": 0}, "first"),
        ({}, {"first": 22}, "first"),
        ({}, {"first": 2, "paper": "roll-57x32"}, "first"),
    ],
)
def test_invalid_sheet_is_refused_with_the_field_at_fault(
    may_api: Client, tea: Product, line: dict[str, Any], asked: dict[str, Any], field: str
) -> None:
    answer = ask(may_api, [{"product": tea.pk, **line}], "text/html", **asked)
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    (error,) = answer.json()["errors"]
    assert error["field"] == field and error["detail"]


def test_nothing_or_too_much_is_refused(may_api: Client, tea: Product, milk: Product, cheese: Product) -> None:
    assert ask(may_api, []).json()["errors"][0]["field"] == "lines"
    assert ask(may_api, [{"product": tea.pk}] * (wanted.MOST_PRODUCTS + 1)).status_code == 400
    much = ask(may_api, [{"product": one.pk, "count": 900} for one in (tea, milk, cheese)])
    assert (much.status_code, much.json()["detail"]) == (413, "At most 2000 labels are printed at once.")
    assert ask(may_api, [{"product": tea.pk, "count": 999}] * 2).status_code == 413


def test_product_the_shop_does_not_know_is_named(may_api: Client, tea: Product) -> None:
    answer = ask(may_api, [{"product": tea.pk}, {"product": 2**63 - 1}])
    assert (answer.status_code, answer.json()["code"]) == (409, "unknown_product")
    assert answer.json()["facts"] == {"products": [2**63 - 1]}


def test_labels_need_the_permission_for_goods(may: User, ana_api: Client, client: Client, tea: Product) -> None:
    lines = [{"product": tea.pk}]
    assert ask(client, lines).status_code == 401
    assert ask(ana_api, lines).status_code == 403
    assert ask(keys.machine(may, "products:read"), lines).status_code == 200
    assert ask(keys.machine(may, "products:write"), lines).json()["code"] == "out_of_scope"


def test_labels_of_what_changed_its_price_since(may: User, may_api: Client, tea: Product, milk: Product) -> None:
    before = timezone.now()
    products.edit(tea, by=may, price=D("13.00"))
    asked = {"changed_since": before.isoformat()}
    page = may_api.post("/api/v1/labels", asked, content_type="application/json")
    assert page.status_code == 200
    assert tea.name in page.content.decode() and milk.name not in page.content.decode()
    for wrong in ({}, {**asked, "lines": [{"product": tea.pk}]}, {"changed_since": "soon"}):
        assert may_api.post("/api/v1/labels", wrong, content_type="application/json").status_code == 400
