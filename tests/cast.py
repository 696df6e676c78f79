"""Who and what the tests are about. `tests/conftest.py` offers the same people as fixtures."""

from decimal import Decimal
from time import time
from typing import Any
from uuid import uuid4

from django.contrib.auth.hashers import make_password
from django.test import Client
from factory.declarations import LazyAttribute, LazyFunction, Sequence
from factory.django import DjangoModelFactory
from rest_framework_simplejwt.tokens import AccessToken

from accounts.models import Role, User
from billing.models import Register
from inventory.models import Barcode, MovementKind, Product, Stock, StockMovement
from members.models import Member
from tests import doors

PASSWORD = "correct-horse-battery"
PIN = "482917"
TILL_PIN = "729416"


class UserFactory(DjangoModelFactory[User]):
    class Meta:
        model = User
        django_get_or_create = ("username",)

    username = Sequence(lambda n: f"user{n}")
    name = LazyAttribute(lambda user: user.username.capitalize())
    password = LazyFunction(lambda: make_password(PASSWORD))
    pin = LazyFunction(lambda: make_password(TILL_PIN))


class MemberFactory(DjangoModelFactory[Member]):
    class Meta:
        model = Member

    number = Sequence(lambda n: f"T{n:06d}")
    name = Sequence(lambda n: f"Member {n}")
    email = LazyAttribute(lambda member: f"{member.number.lower()}@example.org")
    pin = LazyFunction(lambda: make_password(PIN))


class ProductFactory(DjangoModelFactory[Product]):
    class Meta:
        model = Product

    sku = Sequence(lambda n: f"P-{n:05d}")
    name = Sequence(lambda n: f"Product {n}")
    price = Decimal("10.00")


def person(username: str, role: str = Role.CASHIER, **facts: Any) -> User:
    return UserFactory.create(username=username, role=role, **facts)


def product(name: str = "Thing", price: str = "10.00", stock: str = "100", barcode: str = "", **facts: Any) -> Product:
    """A product on sale, its opening stock in the ledger."""
    allow_negative = facts.pop("allow_negative", False)
    made = ProductFactory.create(name=name, price=Decimal(price), **facts)
    Stock.objects.create(product=made, quantity=Decimal(stock), allow_negative=allow_negative)
    if Decimal(stock):
        clerk = person("clerk")
        StockMovement.objects.create(product=made, kind=MovementKind.OPENING, quantity=Decimal(stock), by=clerk)
    if barcode:
        Barcode.objects.create(product=made, code=barcode)
    return made


def till(code: str = "R1") -> Register:
    return Register.objects.get_or_create(code=code, defaults={"name": f"Till {code}"})[0]


class ApiClient(Client):
    """Adds an Idempotency-Key to each POST that needs one, unless the test gives its own."""

    def generic(self, method: str, path: str, *args: Any, headers: Any = None, **extra: Any) -> Any:  # type: ignore[override]
        if method == "POST" and doors.reads_key(path):
            headers = {"Idempotency-Key": str(uuid4()), **(headers or {})}
        return super().generic(method, path, *args, headers=headers, **extra)


def with_token(user: User) -> Client:
    """An API client with the user's access token."""
    token = AccessToken.for_user(user)
    token["stamp"] = user.stamp()
    token["proved_at"] = int(time())
    return ApiClient(headers={"Authorization": f"Bearer {token}"})


def signed_in(user: User) -> Client:
    """A test client that is signed in, with a session."""
    client = Client()
    client.force_login(user)
    proved_now(client)
    return client


def proved_now(client: Client) -> None:
    """Marks the session as just signed in, for pages that ask for a recent sign-in."""
    session = client.session
    session["proved_at"] = int(time())
    session.save()
