"""Measures the source tree it is started in; `bench.cpu` starts it once per revision.

It reads a number of sales per line and answers each with one JSON object. It uses only addresses of pages and API, so
that older revisions are measured the same way.
"""

import json
import os
import re
import sys
from collections.abc import Callable
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from runpy import run_path
from time import process_time
from typing import Any
from unittest.mock import patch
from uuid import uuid4
from wsgiref.util import setup_testing_defaults

os.environ["DJANGO_SETTINGS_MODULE"] = "pos.settings"
os.environ["ALLOWED_HOSTS"] = "127.0.0.1"
sys.path.insert(0, str(Path.cwd()))

import django

django.setup()

from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from rest_framework_simplejwt.tokens import AccessToken

from pos.wsgi import application

LINES = 3
HTMX = {"HX-Request": "true", "HX-Target": "basket"}


class Shop:
    """Twenty products, a till with an open shift, and a cashier, set up through pages and API."""

    def __init__(self) -> None:
        may = get_user_model()(username="may", name="May", role="manager")
        may.set_password("bench-cpu-2026")
        may.save()
        self.may, self.sold = may, list[Any]()
        token = AccessToken.for_user(may)
        token["stamp"] = may.stamp()
        self.bearer = f"Bearer {token}"
        self.api = Client(headers={"Authorization": self.bearer, "Host": "127.0.0.1"})
        self.web = Client(headers={"Host": "127.0.0.1"})
        self.web.force_login(may)
        self.must("/api/v1/registers", {"code": "R1", "name": "Till R1"})
        self.products = [
            self.must(
                "/api/v1/products",
                {"name": f"Product {n}", "price": f"{n + 1}.49", "stock": "9000000", "barcodes": [str(20_000_000 + n)]},
            )["id"]
            for n in range(20)
        ]
        member = {"name": "Mia", "email": "mia@example.org", "pin": "602913"}
        self.member = self.must("/api/v1/members", member)["id"]
        self.must("/api/v1/registers/R1/shifts", {"float": "100.00"})
        self.web.post("/shift/join", {"register": "R1"})
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")

    def must(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = self.post(path, body)
        assert answer.status_code in (200, 201), (path, answer.content)
        told: dict[str, Any] = answer.json()
        return told

    def post(self, path: str, body: dict[str, Any]) -> Any:
        headers = {"Idempotency-Key": str(uuid4())}
        return self.api.post(path, json.dumps(body), content_type="application/json", headers=headers)

    def order(self, number: int) -> dict[str, Any]:
        wanted = [self.products[(number + place) % len(self.products)] for place in range(LINES)]
        asked: dict[str, Any] = {"lines": [{"product": product, "quantity": "2"} for product in wanted]}
        paid = sum(2 * (Decimal(self.products.index(product)) + Decimal("1.49")) for product in wanted)
        asked["payments"] = [{"method": "cash", "amount": str(paid)}]
        return asked | ({"member": self.member} if number % 10 < 3 else {})


def posted(bearer: str, body: str, key: str) -> tuple[str, bytes]:
    """Status and answer of a sale, asked as a server asks the WSGI application."""
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/api/v1/bills",
        "HTTP_AUTHORIZATION": bearer,
        "HTTP_IDEMPOTENCY_KEY": key,
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": BytesIO(body.encode()),
    }
    setup_testing_defaults(environ)
    told: list[str] = []

    def begin(status: str, *_: Any) -> Any:
        told.append(status)

    answer = application(environ, begin)
    content = b"".join(answer)
    answer.close()
    return told[0], content


def cpu_of(deed: Callable[[int], object], times: int) -> float:
    """Milliseconds of this process's CPU time per call."""
    start = process_time()
    for number in range(times):
        deed(number)
    return (process_time() - start) * 1000 / times


class Till:
    """Sends the requests that a till's page sends."""

    def __init__(self, shop: Shop) -> None:
        self.shop, self.web, self.requests = shop, shop.web, 0
        self.basket, self.page = "", ""

    def begin(self) -> None:
        self.basket = self.web.get("/till").headers["Location"]
        self.page = self.web.get(self.basket).content.decode()

    def scan(self, number: int) -> None:
        code = str(20_000_000 + number % 20)
        answer = self.web.post(f"{self.basket}/scan", {"code": code, "once": str(uuid4())}, headers=HTMX)
        assert answer.status_code == 200, answer.content
        self.page = answer.content.decode()

    def pay(self) -> None:
        """From pressing Pay to the receipt page."""
        asked = {name: self.value(name) for name in ("version", "shown_total")}
        asked |= {"method": "cash", "amount": self.value("shown_total"), "method_0": "cash"}
        asked |= self.fields()
        answer, self.requests = self.web.post(f"{self.basket}/pay", asked, headers=HTMX), 1
        while target := answer.headers.get("HX-Redirect") or answer.headers.get("Location"):
            answer = self.web.get(target, headers=HTMX)
            self.requests += 1
        assert answer.status_code == 200, answer.content[:500]
        assert b"after-sale" in answer.content

    def value(self, name: str) -> str:
        found = re.search(rf'name="{name}" value="([^"]*)"', self.page)
        assert found, name
        return found[1]

    def fields(self) -> dict[str, str]:
        """The fields sent by the quick button of the payment panel."""
        form = re.search(r'<form[^>]*action="[^"]*/pay"[^>]*>.*?</form>', self.page, re.DOTALL)
        assert form
        inputs = re.findall(r'name="(\w+)"[^>]*?value="([^"]*)"', form[0])
        return dict(inputs)


def measured(shop: Shop, till: Till, sales: int) -> dict[str, float]:
    bodies = [(json.dumps(shop.order(n)), str(uuid4())) for n in range(sales)]

    def sell(number: int) -> None:
        status, answer = posted(shop.bearer, *bodies[number])
        assert status.startswith("201"), answer

    told = {"wsgi_cpu_ms": cpu_of(sell, sales), **of_the_verb(shop, sales)}
    sold_already = shop.sold[-1]
    with patch.object(sales_of_this_tree(), "sell", lambda *_, **__: sold_already):
        told["frame_cpu_ms"] = cpu_of(sell, sales)
    scans, pays = [], []
    for _ in range(max(1, sales // 10)):
        till.begin()
        scans.append(cpu_of(till.scan, 10))
        pays.append(cpu_of(lambda _: till.pay(), 1))
    told |= {"scan_cpu_ms": sum(scans) / len(scans), "pay_cpu_ms": sum(pays) / len(pays)}
    told["pay_requests"] = till.requests
    till.begin()
    till.scan(0)
    told["scan_statements"] = statements_of(lambda: till.scan(1))
    return told


def of_the_verb(shop: Shop, sales: int) -> dict[str, float]:
    sell, order_of, document = parts_of_a_sale()
    orders = [order_of(shop.order(n)) for n in range(sales)]
    shop.sold = []
    verb = cpu_of(lambda n: shop.sold.append(sell(orders[n], cashier=shop.may)), sales)
    told = cpu_of(lambda n: json.dumps(document(shop.sold[n].bill)), sales)
    return {"verb_cpu_ms": verb, "document_cpu_ms": told}


def sales_of_this_tree() -> Any:
    try:
        from billing.sale import sales
    except ImportError:  # older revisions, without packages in billing
        from billing import sales  # type: ignore[no-redef, attr-defined]
    return sales


def parts_of_a_sale() -> tuple[Callable[..., Any], Callable[[dict[str, Any]], Any], Callable[[Any], Any]]:
    """The functions for selling, building the order and rendering the document, wherever this tree has them."""
    from billing.order import Order, Tendered, Wanted

    try:
        from billing.api import documents
    except ImportError:
        from billing import documents  # type: ignore[no-redef, attr-defined]

    def order_of(asked: dict[str, Any]) -> Order:
        lines = [Wanted(Decimal(line["quantity"]), line["product"]) for line in asked["lines"]]
        payments = [Tendered(paid["method"], Decimal(paid["amount"])) for paid in asked["payments"]]
        return Order(uuid4(), lines, payments, member=asked.get("member"))

    return sales_of_this_tree().sell, order_of, documents.bill


def statements_of(deed: Callable[[], object]) -> int:
    """The number of SQL statements, without BEGIN and COMMIT."""
    asked: list[str] = []

    def noted(execute: Any, sql: str, *more: Any) -> Any:
        asked.append(sql)
        return execute(sql, *more)

    with connection.execute_wrapper(noted):
        deed()
    return len([sql for sql in asked if "SAVEPOINT" not in sql])


def begin_as_the_web_server_does() -> None:
    begin = run_path("gunicorn.conf.py").get("post_worker_init")
    if begin:  # older revisions have none
        begin(None)


def main() -> None:
    begin_as_the_web_server_does()
    shop = Shop()
    till = Till(shop)
    for line in sys.stdin:
        print(json.dumps(measured(shop, till, int(line))), flush=True)


if __name__ == "__main__":
    main()
