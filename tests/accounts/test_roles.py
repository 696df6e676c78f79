"""Roles made of permissions: a manager makes them, and they hold at every door."""

from decimal import Decimal as D
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client

from accounts import shop
from accounts.models import AuditEntry, CustomRole, Permission, User
from accounts.people import roles, staff
from billing.models import Shift
from files.models import FileImport
from inventory.models import CountSheet, Product
from members import merging, points, registry, vip
from members.models import Member
from pos.errors import InUse, Invalid, ManagersOnly
from pos.models import StoreSettings
from tests import cast
from tests.accounts.test_settings_page import form as settings_form
from tests.at_once import at_once, outcomes_of
from tests.traces import traces

pytestmark = pytest.mark.django_db
PATH = "/api/v1/roles"
DAYS = "from=2026-01-01&to=2026-01-31"
# For each permission: pages and API routes it opens, and similar ones it does not
OPENS = {
    Permission.GOODS: ["/goods", "/goods/new", "/goods/labels"],
    Permission.BUYING: ["/buying/orders", "/buying/suppliers", "/buying/receive", "/api/v1/purchase-orders"],
    Permission.COUNTS: [],
    Permission.MEMBERS: [],
    Permission.FILES: ["/files", "/api/v1/imports", "/files/lists/goods?format=csv", "/files/lists/members?format=csv"],
    Permission.SETTINGS: ["/settings"],
    Permission.REPORTS: ["/reports", "/reports/shrinkage", "/reports/oversold", f"/api/v1/reports/revenue?{DAYS}"],
}
STAYS_SHUT = [
    "/people",
    "/roles",
    "/trail",
    "/limits",
    "/desk",
    "/files/lists/people?format=csv",
    "/files/lists/approvals?format=csv",
    "/files/lists/trail?format=csv",
    "/api/v1/users",
    PATH,
]


def given(to: User, by: User, *permissions: str) -> CustomRole:
    role = roles.enter(CustomRole(), by=by, name="Stock room", permissions=permissions)
    staff.change(to, by=by, custom_role=role)
    return role


def ask(client: Client, path: str, body: Any = None, method: str = "post") -> Any:
    return getattr(client, method)(path, body or {}, content_type="application/json")


@pytest.mark.parametrize("permission", Permission.values)
def test_permission_opens_its_pages_and_no_others(
    permission: str, ana: User, may: User, shift: Shift, tea: Product
) -> None:
    assert [cast.signed_in(ana).get(path).status_code for paths in OPENS.values() for path in paths[:1]] == [403] * 5
    given(ana, may, permission)
    page, program = cast.signed_in(ana), cast.with_token(ana)
    for other, paths in OPENS.items():
        for path in paths:
            client = program if path.startswith("/api/") else page
            assert client.get(path).status_code == (200 if other == permission else 403), path
    for path in STAYS_SHUT:
        client = program if path.startswith("/api/") else page
        assert client.get(path).status_code == 403, path


def test_permission_to_count_allows_opening_booking_and_undoing_counts(ana: User, may: User, tea: Product) -> None:
    program = cast.with_token(ana)
    assert ask(program, "/api/v1/counts", {"title": "Autumn"}).status_code == 403
    role = given(ana, may, "counts")
    program = cast.with_token(ana)
    number = ask(program, "/api/v1/counts", {"title": "Autumn"}).json()["number"]
    assert ask(program, f"/api/v1/counts/{number}/entries", {"product": tea.pk, "quantity": "9"}).status_code == 201
    assert ask(program, f"/api/v1/counts/{number}/book").status_code == 201
    assert ask(program, f"/api/v1/counts/{number}/undo", {"reason": "the wrong shelf"}).status_code == 201
    page = cast.signed_in(ana)
    assert "New count" in page.get("/counts").content.decode()
    roles.enter(role, by=may, permissions=["reports"])
    assert "New count" not in page.get("/counts").content.decode()
    assert page.post("/counts/new", {"scope": "free", "title": "x", "key": str(uuid4())}).status_code == 403
    assert CountSheet.objects.count() == 1


def test_permission_for_goods_allows_changes_by_api_and_shows_the_cost(ana: User, may: User, tea: Product) -> None:
    one, stock = f"/api/v1/products/{tea.pk}", f"/api/v1/products/{tea.pk}/stock"
    delivery = {"kind": "delivery", "quantity": "2", "cost": "4.00"}
    assert ask(cast.with_token(ana), one, {"price": "13.00"}, "patch").status_code == 403
    given(ana, may, "goods")
    program = cast.with_token(ana)
    assert ask(program, one, {"price": "13.00"}, "patch").status_code == 200
    assert ask(program, stock, delivery).json()["unit_cost"] == "4.00"
    assert ask(program, "/api/v1/categories", {"name": "Spreads"}).status_code == 201
    assert ask(program, "/api/v1/suppliers", {"name": "Old Mill"}).status_code == 403


def test_permission_for_members_allows_changing_cards(ana: User, may: User, olga: Member, vera: Member) -> None:
    one = f"/api/v1/members/{olga.pk}"
    correction, merge = {"amount": "5", "reason": "spilt tea"}, {"double": vera.pk, "into": olga.pk}
    asked: list[tuple[str, str, Any, int]] = [
        ("post", f"{one}/points", correction, 201),
        ("patch", one, {"is_active": False}, 200),
        ("patch", one, {"is_active": True}, 200),
        ("put", f"{one}/vip", {}, 200),
        ("get", f"{one}/export", None, 200),
        ("post", "/api/v1/members/bulk", {"rows": [{"name": "Max"}], "dry_run": True}, 200),
        ("post", "/api/v1/members/merge", merge, 200),
        ("delete", one, None, 204),
    ]
    for method, path, body, _right in [step for step in asked if step[2] != {"is_active": True} and step[0] != "put"]:
        assert ask(cast.with_token(ana), path, body, method).status_code == 403, (method, path)
    given(ana, may, "members")
    assert ask(cast.with_token(ana), one, {"pin": "582917"}, "patch").status_code == 200
    for method, path, body, right in asked:
        assert ask(cast.with_token(ana), path, body, method).status_code == right, (method, path)
    assert ask(cast.with_token(ana), f"/api/v1/members/{vera.pk}/staff", {"user": ana.pk}, "put").status_code == 403


def test_permission_for_members_shows_its_forms_but_no_trail(ana: User, may: User, olga: Member) -> None:
    path = f"/members/{olga.number}"
    assert "Merge a double" not in cast.signed_in(ana).get(path).content.decode()
    assert cast.signed_in(ana).post(f"{path}/points", {"amount": "5", "reason": "spilt tea"}).status_code == 403
    given(ana, may, "members")
    page = cast.signed_in(ana)
    told = page.get(path).content.decode()
    assert ["Merge a double" in told, 'id="latest"' in told] == [True, False]
    for deed, form in (("points", {"amount": "5", "reason": "spilt tea"}), ("vip", {}), ("export", {})):
        sent = page.post(f"{path}/{deed}", {**form, "key": str(uuid4())})
        assert sent.status_code == (200 if deed == "export" else 302), deed
    olga.refresh_from_db()
    assert (olga.points, olga.is_vip) == (5, True)


def test_staff_cannot_change_their_own_member_card(ana: User, may: User, olga: Member, vera: Member) -> None:
    registry.link_staff(olga.pk, ana, by=may)
    given(ana, may, "members")
    ana.refresh_from_db()
    before = traces()
    for deed in (
        lambda: points.adjust(olga.pk, D(5), by=ana, reason="a gift"),
        lambda: merging.merge(vera.pk, olga.pk, by=ana),
        lambda: vip.grant(olga.pk, by=ana),
    ):
        with pytest.raises(points.OwnCard):
            deed()
    assert traces() == before
    assert points.adjust(olga.pk, D(5), by=may, reason="a gift").amount == 5


def test_permission_for_settings_excludes_sign_in_and_cash_limits(ana: User, may: User) -> None:
    path = "/api/v1/settings"
    assert ask(cast.with_token(ana), path, {"shop_name": "Max's"}, "patch").status_code == 403
    given(ana, may, "settings")
    program = cast.with_token(ana)
    assert ask(program, path, {"shop_name": "Max's"}, "patch").json()["shop_name"] == "Max's"
    guarded = {"idle_lock_minutes": 45, "badge_needs_pin": False, "second_factor": "required"}
    StoreSettings.change(by="may", badge_needs_pin=True)
    for name, value in guarded.items():
        refused = ask(program, path, {name: value, "shop_name": "Moritz"}, "patch")
        assert (refused.status_code, refused.json()["code"]) == (403, "permission_denied"), name
    with pytest.raises(ManagersOnly):
        shop.change_settings(User.objects.get(pk=ana.pk), cash_difference_limit=D(999))
    page, before = cast.signed_in(ana), StoreSettings.in_force()
    sent = page.post("/settings", settings_form(shop_name="Tea & More", second_factor="required"))
    row = StoreSettings.in_force()
    assert (sent.status_code, row.shop_name, row.second_factor) == (302, "Tea & More", before.second_factor)
    assert "/trail" not in page.get("/settings").content.decode()


def test_permission_for_files_takes_a_list_in_and_undoes_it(ana: User, may: User, tea: Product) -> None:
    def upload() -> Any:
        file = SimpleUploadedFile("list.csv", b"name,price\nRusks,2.50\n")
        return cast.signed_in(ana).post("/files", {"kind": "products", "file": file, "key": str(uuid4())})

    assert (upload().status_code, FileImport.objects.count()) == (403, 0)
    given(ana, may, "files")
    page, path = cast.signed_in(ana), upload()["Location"]
    assert page.post(f"{path}/start").status_code == 302
    assert Product.objects.filter(name="Rusks").exists()
    assert page.post(f"{path}/undo").status_code == 302
    assert not Product.objects.filter(name="Rusks").exists()
    told = page.get("/files").content.decode()
    assert ["/files/lists/goods" in told, "/files/lists/trail" in told, "/admin/" in told] == [True, False, False]


def test_navigation_shows_the_pages_a_role_opens(ana: User, may: User, shift: Shift) -> None:
    given(ana, may, "buying", "reports")
    bar = cast.signed_in(ana).get("/members").content.decode()
    assert ['href="/buying/orders"' in bar, 'href="/reports"' in bar, 'href="/goods"' in bar] == [True, True, False]


def test_inactive_or_promoted_person_loses_permissions(ana: User, may: User) -> None:
    given(ana, may, "goods")
    ana.refresh_from_db()
    assert ana.may("goods")
    promoted = staff.change(ana, by=may, role="manager")
    assert (promoted.custom_role, promoted.may("goods")) == (None, True)
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=may.pk).update(custom_role=CustomRole.objects.get())
    assert not User(role="cashier", is_active=False, custom_role=CustomRole.objects.get()).may("goods")


def test_manager_makes_changes_gives_and_deletes_a_role_on_pages(may_web: Client, ana: User) -> None:
    form = {"name": "Stock room", "permissions": ["counts", "buying"], "key": str(uuid4())}
    assert may_web.post("/roles/new", form).status_code == 302
    role = CustomRole.objects.get()
    assert role.permissions == ["buying", "counts"]
    person = {"name": "Ana", "username": "ana", "email": "", "role": "cashier", "custom_role": role.pk}
    assert may_web.post("/person/ana", person).status_code == 302
    assert "Stock room" in may_web.get("/people").content.decode()
    assert may_web.post(f"/roles/{role.pk}/delete").status_code == 409
    assert may_web.post(f"/roles/{role.pk}", {"name": "Shelf", "permissions": ["goods"]}).status_code == 302
    ana.refresh_from_db()
    assert (ana.may("goods"), ana.may("counts")) == (True, False)
    assert may_web.post("/person/ana", {**person, "custom_role": ""}).status_code == 302
    assert may_web.post(f"/roles/{role.pk}/delete").status_code == 302
    told = set(AuditEntry.objects.filter(action__startswith="role.").values_list("action", flat=True))
    assert told == {"role.created", "role.changed", "role.deleted"}
    facts = AuditEntry.objects.filter(action="user.changed").order_by("pk").values_list("facts", flat=True)
    assert [fact["custom_role"] for fact in facts] == [["", "Stock room"], ["Shelf", ""]]


@pytest.mark.parametrize(
    ("name", "permissions"),
    [
        ("", ["goods"]),
        (" ", ["goods"]),
        ("x" * 51, ["goods"]),
        ("a\0b", ["goods"]),
        ("Shelf", []),
        ("Shelf", ["people"]),
    ],
)
def test_bad_role_is_refused_in_words(name: str, permissions: list[str], may: User, may_web: Client) -> None:
    with pytest.raises(Invalid):
        roles.enter(CustomRole(), by=may, name=name, permissions=permissions)
    form = {"name": name, "permissions": permissions, "key": str(uuid4())}
    assert may_web.post("/roles/new", form).status_code == 400
    answer = ask(cast.with_token(may), PATH, {"name": name, "permissions": permissions})
    assert answer.status_code == 400
    assert not CustomRole.objects.exists()


def test_program_makes_gives_and_deletes_a_role(may_api: Client, ana: User) -> None:
    made = ask(may_api, PATH, {"name": "Stock room", "permissions": ["goods", "goods"]})
    assert (made.status_code, made.json()["permissions"]) == (201, ["goods"])
    assert ask(may_api, PATH, {"name": "STOCK ROOM", "permissions": ["goods"]}).json()["code"] == "in_use"
    one, user = f"{PATH}/{made.json()['id']}", f"/api/v1/users/{ana.pk}"
    changed = ask(may_api, user, {"custom_role": made.json()["id"]}, "patch")
    assert (changed.status_code, changed.json()["custom_role"]) == (200, made.json()["id"])
    assert ask(may_api, user, {"custom_role": 999_999}, "patch").status_code == 400
    assert may_api.delete(one).json()["code"] == "in_use"
    assert ask(may_api, one, {"permissions": ["reports"]}, "patch").json()["permissions"] == ["reports"]
    assert ask(may_api, user, {"custom_role": None}, "patch").status_code == 200
    assert may_api.delete(one).status_code == 204


def test_only_a_manager_gives_permissions(ana: User, may: User) -> None:
    role = given(ana, may, *Permission.values)
    ana.refresh_from_db()
    with pytest.raises(ManagersOnly):
        roles.enter(role, by=ana, permissions=["goods"])
    with pytest.raises(ManagersOnly):
        roles.remove(role, by=ana)
    program = cast.with_token(ana)
    assert ask(program, PATH, {"name": "x", "permissions": ["goods"]}).status_code == 403
    assert ask(program, f"/api/v1/users/{ana.pk}", {"role": "manager"}, "patch").status_code == 403


@pytest.mark.django_db(transaction=True)
def test_role_is_given_or_deleted_at_once_never_both(ana: User, may: User) -> None:
    for _ in range(5):
        role = roles.enter(CustomRole(), by=may, name="Stock room", permissions=["goods"])
        answers = at_once(
            [
                lambda pk=role.pk: staff.change(ana, by=may, custom_role=CustomRole(pk=pk, name="Stock room")),
                lambda pk=role.pk: roles.remove(CustomRole.objects.get(pk=pk), by=may),
            ]
        )
        refused = [answer for answer in answers if isinstance(answer, Exception)]
        assert [type(answer) for answer in refused] in ([InUse], [Invalid])
        staff.change(ana, by=may, custom_role=None)
        CustomRole.objects.all().delete()


@pytest.mark.django_db(transaction=True)
def test_two_roles_of_one_name_at_once_are_one(may: User) -> None:
    deeds = [lambda: roles.enter(CustomRole(), by=may, name="Stock room", permissions=["goods"])] * 4
    assert outcomes_of(*deeds) == ["done"] + ["in_use"] * 3
