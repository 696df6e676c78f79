from collections import Counter

import pytest
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from bench.attack import bodies, guesses, matrix, shapes
from tests import doors
from tests.cast import PASSWORD
from tests.routes import ROUTES


@pytest.mark.parametrize("url", ["http://example.org", "https://127.0.0.1", "http://10.0.0.1:8000", "ftp://localhost"])
def test_only_this_machine_is_attacked(url: str) -> None:
    with pytest.raises(bodies.NotHere):
        bodies.worst_bodies(url)


def test_every_body_is_of_a_size_the_shop_reads() -> None:
    assert all(len(body) <= 2_621_440 for _, body in shapes.bodies(["lines", "payments"]))
    assert all(len(body) <= 500_000 for _, body in shapes.forms())


def test_running_shop_answers_every_attack_body(
    live_server: LiveServer, ana: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, "FIELDS", {"/api/v1/quotes": bodies.FIELDS["/api/v1/quotes"]})
    monkeypatch.setattr(bodies, "PAGES", ("/sign-in",))
    told = bodies.worst_bodies(live_server.url, "ana", PASSWORD)
    assert told["faults"] == []
    assert told["bodies"] == sum(told["statuses"].values()) == 25
    assert "200" not in told["statuses"]


@pytest.mark.parametrize(
    ("answers", "holds"),
    [
        ({401: 15, 403: 20, 429: 125}, True),
        ({401: 51, 429: 109}, False),
        ({401: 15, 429: 100, 500: 1}, False),
        ({429: 160}, False),
    ],
)
def test_guessing_attack_passes_only_if_few_guesses_are_checked_and_the_rest_refused(
    answers: dict[int, int], holds: bool
) -> None:
    assert guesses.told(Counter(answers))["holds"] is holds


def test_every_route_is_requested_over_http(
    live_server: LiveServer, ana: User, may: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doors, "KNOWN", ["/bills", "/codes", "/lock", "/api/v1/reports/cashiers"])
    people = {"cashier": ana, "manager": may}
    told = matrix.knock(live_server.url, people)
    assert (told["routes"], told["calls"], told["wrong"]) == (4, 60, [])
    monkeypatch.setitem(ROUTES, "/codes", {"GET": "staff"})
    assert matrix.knock(live_server.url, people)["wrong"] == ["cashier GET /codes: 403"]
