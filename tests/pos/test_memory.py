"""What the web server's processes free, and when."""

import gc
from io import BytesIO
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.test import Client

from accounts.models import User
from billing.models import Bill, Shift
from inventory.models import Product
from tests.counter import sell


def asked(path: str, token: str) -> bytes:
    """As from a web server: the test client itself would keep the answer."""
    environ: dict[str, Any] = {"REQUEST_METHOD": "GET", "PATH_INFO": path, "SERVER_NAME": "testserver"}
    environ |= {"SERVER_PORT": "80", "wsgi.input": BytesIO(), "wsgi.url_scheme": "http", "HTTP_AUTHORIZATION": token}
    answer = WSGIHandler()(environ, lambda *_head: None)
    body = b"".join(answer)
    answer.close()
    return body


def bills_in_memory() -> int:
    return sum(type(held) is Bill for held in gc.get_objects())


@pytest.mark.django_db(transaction=True)
def test_rows_of_an_answer_are_freed_with_it(ana: User, shift: Shift, milk: Product, ana_api: Client) -> None:
    sell((milk, "1"), by=ana, cash="2.00")
    token = ana_api.defaults["HTTP_AUTHORIZATION"]
    asked("/api/v1/bills", token)
    gc.collect()
    gc.disable()
    try:
        before = bills_in_memory()
        assert b"R1-000001" in asked("/api/v1/bills", token)
        assert bills_in_memory() == before
    finally:
        gc.enable()
