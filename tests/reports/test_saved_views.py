"""Views of sales under a name: saved, shared, opened, renamed and removed."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils.http import urlencode

from accounts.models import AuditEntry, User
from pos import calendar
from reports.figures import saved
from reports.models import SavedView
from tests import cast
from tests.at_once import at_once

VIEWS, API = "/reports/sales/views", "/api/v1/reports/views"


@pytest.fixture
def mia(db: None) -> User:
    return cast.person("mia", role="manager")


def query(days: int, **more: str) -> str:
    today = calendar.today()
    return urlencode({"from": today - timedelta(days - 1), "to": today, **more})


def test_view_is_saved_opened_shared_renamed_and_removed(may: User, mia: User, may_web: Client) -> None:
    asked = query(7, by="product", compare="year", tier="vip", sort="-margin", colour="red")
    answer = may_web.post(VIEWS, {"name": " VIPs ", "query": asked})
    assert answer.status_code == 302
    page = may_web.get(answer.url)
    assert page.context["form"].cleaned_data["tier"] == "vip"
    assert page.context["period"].length == 7
    assert 'aria-current="true">VIPs</a>' in page.text
    view = SavedView.objects.get(name="VIPs", owner=may)
    assert view.asked == {"by": "product", "compare": "year", "tier": "vip", "sort": "-margin"}

    other = cast.signed_in(mia)
    assert "VIPs" not in other.get(VIEWS).text
    assert other.post(f"{VIEWS}/{view.pk}", {"name": "Mine"}).status_code == 404
    assert may_web.post(f"{VIEWS}/{view.pk}", {"name": "Our VIPs", "is_shared": "on"}).status_code == 302
    assert "Our VIPs" in other.get("/reports/sales").text
    assert other.post(f"{VIEWS}/{view.pk}", {"name": "Mine"}).status_code == 404
    other.post(f"{VIEWS}/{view.pk}/remove")
    assert SavedView.objects.exists()
    for _ in range(2):  # a double press
        assert may_web.post(f"{VIEWS}/{view.pk}/remove").status_code == 302
    assert not SavedView.objects.exists()
    told = AuditEntry.objects.filter(action__startswith="view.").values_list("action", flat=True).order_by("pk")
    assert list(told) == ["view.saved", "view.changed", "view.removed"]


def test_saved_days_up_to_today_move_on_and_others_stay(may: User) -> None:
    moving = saved.save(name="Week", query=query(7), is_shared=False, by=may)
    fixed = saved.save(name="May", query="from=2025-05-01&to=2025-05-31&by=day", is_shared=False, by=may)
    tomorrow = calendar.today() + timedelta(1)
    assert saved.period_of(moving, tomorrow).last == tomorrow
    assert saved.period_of(moving, tomorrow).length == 7
    assert saved.search(fixed, tomorrow) == "from=2025-05-01&to=2025-05-31&by=day"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "asked",
    [
        {"name": ""},
        {"name": "x" * 61},
        {"name": "a\0"},
        {"query": "by=colour"},
        {"query": "from=2026-13-01"},
        {"query": "from=2026-03-02&to=2026-03-01"},
        {"query": "by=day&cashier=may%00"},
        {"query": "by=product&tender=cash"},
        {"query": "x" * 2001},
        {"query": "&a=1" * 450},
        {"query": "by=member&tier=vip&from=2020-01-01&to=2025-01-01"},
    ],
    ids=str,
)
def test_view_that_no_page_could_show_is_not_saved(may_web: Client, may_api: Client, asked: dict[str, str]) -> None:
    body = {"name": "Week", "query": "by=day", **asked}
    page = may_web.post(VIEWS, body)
    answer = may_api.post(API, body, content_type="application/json", headers={"Idempotency-Key": str(cast.uuid4())})
    if body["query"].startswith("&a=1"):  # unknown parts are left out
        assert (page.status_code, answer.status_code) == (302, 409)
    else:
        assert (page.status_code, answer.status_code) == (400, 400), answer.content
        assert not SavedView.objects.exists()


def test_name_of_a_view_is_unique_and_a_hundred_views_are_the_limit(may: User, mia: User, may_web: Client) -> None:
    saved.save(name="Week", query="by=day", is_shared=False, by=may)
    refused = may_web.post(VIEWS, {"name": "week", "query": "by=hour"})
    assert refused.status_code == 409
    assert "You have a view of this name already." in refused.text
    saved.save(name="Week", query="by=day", is_shared=False, by=mia)
    SavedView.objects.bulk_create(SavedView(owner=may, name=f"v{n}", days=1) for n in range(99))
    assert may_web.post(VIEWS, {"name": "one more", "query": "by=hour"}).status_code == 409


def test_api_keeps_the_same_views(may: User, mia: User, may_api: Client, ana_api: Client) -> None:
    saved.save(name="Shared", query="by=hour", is_shared=True, by=mia)
    made = may_api.post(
        API,
        {"name": "Week", "query": query(7, by="week")},
        content_type="application/json",
        headers={"Idempotency-Key": str(cast.uuid4())},
    ).json()
    assert (made["owner"], made["is_shared"]) == ("may", False)
    listed = may_api.get(API).json()["results"]
    assert [row["name"] for row in listed] == ["Shared", "Week"]
    assert may_api.get(f"/api/v1/reports/sales?{made['query']}").json()["by"] == "week"
    assert ana_api.get(API).status_code == 403
    changed = may_api.patch(f"{API}/{made['id']}", {"is_shared": True}, content_type="application/json").json()
    assert (changed["name"], changed["is_shared"]) == ("Week", True)
    assert may_api.patch(f"{API}/{listed[0]['id']}", {"name": "x"}, content_type="application/json").status_code == 404
    assert may_api.delete(f"{API}/{made['id']}").status_code == 204
    assert may_api.delete(f"{API}/{made['id']}").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_same_name_at_once_is_saved_once(may: User) -> None:
    def save() -> int:
        return cast.signed_in(may).post(VIEWS, {"name": "Week", "query": "by=day"}).status_code

    assert sorted(at_once([save] * 4)) == [302, 409, 409, 409]
    assert SavedView.objects.count() == 1
