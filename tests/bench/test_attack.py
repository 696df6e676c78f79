import pytest
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from bench.attack import bodies, shapes
from tests.cast import PASSWORD


@pytest.mark.parametrize("url", ["http://example.org", "https://127.0.0.1", "http://10.0.0.1:8000", "ftp://localhost"])
def test_only_this_machine_is_attacked(url: str) -> None:
    with pytest.raises(bodies.NotHere):
        bodies.worst_bodies(url)


def test_every_body_is_of_a_size_the_shop_reads() -> None:
    assert all(len(body) <= 2_621_440 for _, body in shapes.bodies(["lines", "payments"]))
    assert all(len(body) <= 500_000 for _, body in shapes.forms())


def test_a_running_shop_answers_them_all(live_server: LiveServer, ana: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "FIELDS", {"/api/v1/quotes": bodies.FIELDS["/api/v1/quotes"]})
    monkeypatch.setattr(bodies, "PAGES", ("/sign-in",))
    told = bodies.worst_bodies(live_server.url, "ana", PASSWORD)
    assert told["faults"] == []
    assert told["bodies"] == sum(told["statuses"].values()) == 25
    assert "200" not in told["statuses"]
