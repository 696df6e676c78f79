"""Registers through the API: their tiles, their devices, their location."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import AuditEntry, User
from billing.basket import tiles
from billing.drawer import favourites, registers
from billing.models import Favourite, Register
from inventory.models import Location, Product
from pos.errors import Invalid
from tests.at_once import at_once

pytestmark = pytest.mark.django_db
R1 = "/api/v1/registers/R1"
TILES, DEVICES = f"{R1}/favourites", f"{R1}/devices"


def put(client: Client, *products: Any) -> Any:
    return client.put(TILES, {"products": products}, content_type="application/json")


def patch(client: Client, path: str, **facts: Any) -> Any:
    return client.patch(path, facts, content_type="application/json")


def chosen(register: Register) -> list[str]:
    return [product.name for product in tiles.shown(register).products]


@pytest.fixture
def cake(db: None) -> Product:
    return Product.objects.create(sku="CAKE", name="Cake", price=3)


def test_tiles_are_set_in_order_and_shown_at_the_till(
    r1: Register, tea: Product, cake: Product, may_api: Client, ana_api: Client
) -> None:
    told = put(may_api, cake.pk, tea.pk)
    assert told.status_code == 200
    assert [row["product"] for row in told.json()["products"]] == [cake.pk, tea.pk]
    assert chosen(r1) == ["Cake", "Green tea"]
    assert put(may_api, cake.pk, tea.pk).json() == told.json() == ana_api.get(TILES).json()
    assert AuditEntry.objects.filter(action="register.favourites_set").count() == 1
    put(may_api, tea.pk)
    assert chosen(r1) == ["Green tea"]
    assert put(may_api).json() == {"register": "R1", "products": []}


def test_tiles_that_cannot_be_are_refused(r1: Register, tea: Product, may_api: Client, ana_api: Client) -> None:
    put(may_api, tea.pk)
    assert put(ana_api, tea.pk).status_code == 403
    assert put(Client(), tea.pk).status_code == 401
    for bad in ("x", -1, None, True, 1.5, 10**30):
        assert put(may_api, bad).status_code == 400
    assert put(may_api, tea.pk, tea.pk).json()["errors"][0]["code"] == "repeated"
    assert put(may_api, *range(1, favourites.MOST + 2)).status_code == 400
    unknown = put(may_api, tea.pk, 999_999)
    assert (unknown.status_code, unknown.json()["code"]) == (409, "unknown_product")
    assert unknown.json()["facts"] == {"products": [999_999]}
    assert may_api.get("/api/v1/registers/NONE/favourites").status_code == 404
    assert [row.product for row in r1.favourites.all()] == [tea]


def test_too_many_tiles_are_refused_by_the_verb(r1: Register, may: User) -> None:
    with pytest.raises(Invalid):
        favourites.put(r1, range(1, favourites.MOST + 2), by=may)


@pytest.mark.django_db(transaction=True)
def test_two_managers_set_tiles_at_once(r1: Register, tea: Product, cake: Product, may: User) -> None:
    lists = [[tea.pk], [cake.pk]] * 3
    for _turn in range(5):
        favourites.put(r1, [], by=may)
        assert at_once([lambda ids=ids: favourites.put(r1, ids, by=may) for ids in lists]) == [None] * 6
        assert list(r1.favourites.values_list("product", flat=True)) in lists


def test_manager_sets_the_tiles_in_the_back_office(r1: Register, tea: Product, cake: Product, may_web: Client) -> None:
    held = Favourite.objects.create(register=r1, product=tea, position=5)
    asked = {"name": "Till 1", "is_active": "on", "printer_port": "9100", "scan_pause": "40"}
    asked |= {"favourites-TOTAL_FORMS": "3", "favourites-INITIAL_FORMS": "1"}
    asked |= {"favourites-0-id": str(held.pk), "favourites-0-register": str(r1.pk)}
    asked |= {"favourites-0-product": str(tea.pk), "favourites-0-position": "5"}
    asked |= {"favourites-1-register": str(r1.pk), "favourites-1-product": str(cake.pk), "favourites-1-position": "2"}
    asked |= {"favourites-2-register": str(r1.pk), "favourites-2-product": "", "favourites-2-position": "0"}
    path = f"/admin/billing/register/{r1.pk}/change/"
    assert may_web.post(path, asked).status_code == 302
    assert chosen(r1) == ["Cake", "Green tea"]
    assert AuditEntry.objects.filter(action="register.favourites_set").count() == 1
    first, second = r1.favourites.all()
    asked |= {"favourites-TOTAL_FORMS": "2", "favourites-INITIAL_FORMS": "2", "favourites-0-id": str(second.pk)}
    asked |= {"favourites-1-id": str(first.pk), "favourites-1-DELETE": "on"}
    assert may_web.post(path, asked).status_code == 302
    assert chosen(r1) == ["Green tea"]


def test_devices_are_set_by_a_manager(r1: Register, may_api: Client, ana_api: Client) -> None:
    assert may_api.get(DEVICES).json()["scan_pause"] == r1.scan_pause
    told = patch(may_api, DEVICES, printer_host="192.168.1.50", scan_suffix="\t", drawer_kick=False)
    assert told.status_code == 200
    r1.refresh_from_db()
    assert (r1.printer_host, r1.scan_suffix, r1.drawer_kick, r1.printer_port) == ("192.168.1.50", "\t", False, 9100)
    assert told.json() == may_api.get(DEVICES).json()
    assert patch(may_api, DEVICES, printer_host="").json()["printer_host"] == ""


def test_devices_that_cannot_be_are_refused(r1: Register, may_api: Client, ana_api: Client) -> None:
    assert (ana_api.get(DEVICES).status_code, patch(ana_api, DEVICES, scan_pause=20).status_code) == (403, 403)
    faults: list[tuple[str, Any]] = [("scan_pause", 4), ("scan_pause", 501), ("printer_port", 80)]
    faults += [("printer_port", 65536), ("drawer_kick", "maybe"), ("scan_prefix", "x" * 11), ("name", "Till")]
    for name, value in faults:
        assert patch(may_api, DEVICES, **{name: value}).status_code == 400, (name, value)
    refused = patch(may_api, DEVICES, printer_host="8.8.8.8")
    assert (refused.status_code, refused.json()["code"]) == (409, "not_our_printer")
    assert Register.objects.get(pk=r1.pk).printer_host == r1.printer_host


def test_register_moves_to_another_location_and_back(r1: Register, may_api: Client) -> None:
    Location.objects.create(code="WEST", name="West")
    assert patch(may_api, R1, location="west").json()["location"] == "WEST"
    assert patch(may_api, R1, name="Till W").json()["location"] == "WEST"
    assert patch(may_api, R1, location=None).json()["location"] is None
    Location.objects.update(is_active=False)
    assert patch(may_api, R1, location="WEST").status_code in (400, 409)


@pytest.mark.django_db(transaction=True)
def test_changes_of_two_facts_at_once_are_both_kept(r1: Register, may: User) -> None:
    for turn in range(5):
        facts: list[dict[str, Any]] = [{"name": f"Till {turn}"}, {"scan_pause": 100 + turn}]
        assert at_once([lambda some=some: registers.change_parts("R1", by=may, **some) for some in facts]) == [None] * 2
        r1.refresh_from_db()
        assert (r1.name, r1.scan_pause) == (f"Till {turn}", 100 + turn)


def test_trail_tells_the_tiles_that_were_set(r1: Register, tea: Product, may_api: Client, may_web: Client) -> None:
    put(may_api, tea.pk)
    page = may_web.get("/trail?about=R1").content.decode()
    assert "Favourites of a register set" in page
    assert tea.sku in page
