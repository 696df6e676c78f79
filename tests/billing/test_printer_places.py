"""Addresses a printer may have, and how a manager sets one up."""

import socket
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from billing.drawer import registers
from billing.models import Register
from billing.receipts import printer


@pytest.mark.parametrize(
    "host",
    [
        "8.8.8.8",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "::ffff:8.8.8.8",
        "224.0.0.1",
        "::",
        "fe80::1",
        "2001:db8::1",
    ],
)
def test_printer_outside_the_shops_network_is_refused(r1: Register, may: User, host: str) -> None:
    assert not printer.is_ours(host)
    r1.printer_host = host
    with pytest.raises(printer.NotOurPrinter):
        registers.change(r1, by=may)
    with pytest.raises(printer.NotOurPrinter):
        printer.send(r1, b"hello")


@pytest.mark.parametrize("host", ["10.1.2.3", "192.168.1.50", "127.0.0.1", "::1", "fd00::7", "::ffff:10.0.0.1"])
def test_private_addresses_are_the_shops_network(host: str) -> None:
    assert printer.is_ours(host)


@pytest.mark.parametrize("host", ["http://10.0.0.1", "10.0.0.1:80", "a b", "file:///etc/passwd", "x\r\ny", "\0", "a/b"])
def test_printer_address_that_is_not_a_host_is_refused(r1: Register, may: User, host: str) -> None:
    r1.printer_host = host
    with pytest.raises(printer.NotOurPrinter):
        registers.change(r1, by=may)


def test_host_name_that_resolves_outside_the_shop_is_refused_when_sending(r1: Register, monkeypatch: Any) -> None:
    answers = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.216.34", 9100))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answers)
    r1.printer_host = "printer.example.org"
    with pytest.raises(printer.NotOurPrinter):
        printer.send(r1, b"hello")


def test_manager_sets_up_the_printer_in_the_back_office(r1: Register, may_web: Client) -> None:
    asked = {"name": "Till 1", "is_active": "on", "printer_host": "192.168.1.50", "printer_port": "9100"}
    asked |= {"scan_pause": "40", "favourites-TOTAL_FORMS": "0", "favourites-INITIAL_FORMS": "0"}
    assert may_web.post(f"/admin/billing/register/{r1.pk}/change/", asked).status_code == 302
    r1.refresh_from_db()
    assert (r1.printer_host, r1.printer_port, r1.drawer_kick) == ("192.168.1.50", 9100, False)
    asked |= {"printer_host": "8.8.8.8", "name": "Typed before"}
    form = may_web.post(f"/admin/billing/register/{r1.pk}/change/", asked).context["adminform"].form
    assert "own network" in form.errors["printer_host"][0]
    assert (form["name"].value(), form["printer_host"].value()) == ("Typed before", "8.8.8.8")
    r1.refresh_from_db()
    assert r1.printer_host == "192.168.1.50"


def test_duplicate_register_code_is_reported_at_the_field(r1: Register, may_web: Client) -> None:
    asked = {"code": "r1", "name": "Typed", "kind": "till", "is_active": "on", "printer_port": "9100"}
    asked |= {"scan_pause": "40", "favourites-TOTAL_FORMS": "0", "favourites-INITIAL_FORMS": "0"}
    form = may_web.post("/admin/billing/register/add/", asked).context["adminform"].form
    assert form.errors == {"code": ["There is a register with this code."]}
    assert form["name"].value() == "Typed"
    assert may_web.post("/admin/billing/register/add/", {**asked, "code": "R9"}).status_code == 302
