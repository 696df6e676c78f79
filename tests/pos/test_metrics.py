"""/metrics: figures of all server processes, for requests with the token; none without a configured token."""

import os
import signal
import subprocess
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.conf import settings as configured
from django.db import connection
from django.test import Client, override_settings
from prometheus_client.parser import text_string_to_metric_families

from accounts.models import User
from billing.models import Bill, JobKind, JobState, OutboundJob, Shift
from billing.receipts import outbox
from files.models import FileImport, State
from inventory.models import Product
from pos import clock
from pos.models import UpkeepKind, UpkeepRun
from pos.postgres.silence import Impatient
from tests.clients import tokens_of
from tests.pos.test_settings import manage
from tests.served import Served, served, until

pytestmark = pytest.mark.django_db
TOKEN = "a-token-of-thirty-two-characters"
CONNECTIONS = "pos_database_connections"
MEASURED = "pos.metrics.measuring.Measured"
Figures = dict[tuple[str, tuple[str, ...]], float]


def read(text: str) -> Figures:
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    return {(sample.name, tuple(sample.labels.values())): sample.value for sample in samples}


def asked(client: Client, token: str = TOKEN) -> Figures:
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    return read(answer.text)


def test_without_a_configured_token_there_is_no_metrics_page_and_no_measuring(may_web: Client) -> None:
    assert MEASURED not in configured.MIDDLEWARE
    for client in (Client(), may_web):
        for token in ("", TOKEN):
            assert client.get("/metrics", headers={"Authorization": f"Bearer {token}"}).status_code == 404


@override_settings(METRICS_TOKEN=TOKEN, SECURE_SSL_REDIRECT=True)
def test_only_the_token_opens_the_metrics(client: Client, may_web: Client, may_api: Client) -> None:
    wrong = ["", "Bearer ", f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}", TOKEN, f"Basic {TOKEN}", "Bearer ä"]
    for one, header in [*((client, header) for header in wrong), (may_web, ""), (may_api, "Bearer x")]:
        answer = one.get("/metrics", headers={"Authorization": header})
        assert (answer.status_code, answer["WWW-Authenticate"]) == (401, 'Bearer realm="metrics"'), header
        assert "pos_" not in answer.text
    assert client.post("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 405
    found = asked(client)
    assert found["pos_ready", ()] == 1
    assert found["pos_database_pool", ("default", "in_use")] >= 1  # this test's own


def test_weak_metrics_token_is_refused_at_the_start() -> None:
    refused = manage("check", METRICS_TOKEN="short")
    assert refused.returncode == 1
    assert "METRICS_TOKEN must be at least 32" in refused.stderr
    program = "from django.conf import settings; print(settings.MIDDLEWARE[1])"
    assert manage("shell", "--no-imports", "-c", program, METRICS_TOKEN=TOKEN).stdout.strip() == MEASURED


@override_settings(METRICS_TOKEN=TOKEN, MIDDLEWARE=[MEASURED, *configured.MIDDLEWARE])
def test_refusals_are_counted_by_code_and_nothing_typed_becomes_a_label(
    ana_web: Client, ana_api: Client, shift: Shift
) -> None:
    before = asked(Client())
    ana_api.get("/api/v1/members?search=Zacharias")
    ana_api.get("/api/v1/bills/R1-999999")
    ana_api.get("/api/v1/trail")
    ana_api.post("/api/v1/bills", {"lines": [], "payments": []}, content_type="application/json")
    ana_web.post("/registers/R1/open", {"register": "R1", "float": "1"})
    ana_web.get("/geheim/Zacharias")
    ana_web.generic("GEHEIM", "/till")
    answer = Client().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert "Zacharias" not in answer.text and "eheim" not in answer.text and "999999" not in answer.text
    now = read(answer.text)

    def more(name: str, *labels: str) -> float:
        return now.get((name, labels), 0) - before.get((name, labels), 0)

    assert more("pos_refusals_total", "not_found") >= 2
    assert more("pos_refusals_total", "permission_denied") == 1
    assert more("pos_refusals_total", "invalid") == 1
    assert more("pos_request_seconds_count", "GET", "/api/v1/trail", "403") == 1
    assert more("pos_request_seconds_count", "-", "/till", "405") == 1
    assert more("pos_request_seconds_bucket", "+Inf", "GET", "/api/v1/trail", "403") == 1


@override_settings(METRICS_TOKEN=TOKEN, MIDDLEWARE=[MEASURED, *configured.MIDDLEWARE])
def test_refusals_on_till_pages_are_counted_and_successes_are_not(ana_web: Client, shift: Shift, tea: Product) -> None:
    refused = ("pos_refusals_total", ("unknown_product",))
    session = ana_web.session
    session["register"] = "R1"
    session.save()
    before = asked(Client()).get(refused, 0)
    basket = ana_web.get("/till").headers["Location"]
    for code, status in ((tea.sku, 200), ("9999999", 422), (tea.sku, 200)):
        answer = ana_web.post(f"{basket}/scan", {"code": code, "scan": str(uuid4())}, headers={"HX-Request": "true"})
        assert answer.status_code == status
    assert asked(Client())[refused] == before + 1


@override_settings(METRICS_TOKEN=TOKEN)
def test_waiting_and_failed_jobs_are_counted(may: User, client: Client) -> None:
    for subject in ("one", "two"):
        outbox.to_mail(subject, to="vera@example.org", text="Vera", by=may)
    OutboundJob.objects.filter(subject="two").update(state=JobState.FAILED)
    FileImport.objects.create(kind="products", file_name="l.csv", content=b"", by=may, state=State.WAITING)
    UpkeepRun.objects.create(kind=UpkeepKind.AUDIT, due=clock.now(), ended_at=clock.now(), is_good=False)
    found = {labels: value for (name, labels), value in asked(client).items() if name == "pos_jobs"}
    assert {labels for labels, value in found.items() if value} == {
        ("mail", "waiting"),
        ("mail", "failed"),
        ("import", "waiting"),
        ("audit", "failed"),
    }
    assert {(str(kind), state) for kind in JobKind for state in ("waiting", "failed")} < set(found)
    assert {kind for kind, _ in found} == {
        *("print", "mail", "signature", "import", "tax_export", "webhook", "outage_problem"),
        *map(str, UpkeepKind),
    }


@override_settings(METRICS_TOKEN=TOKEN)
def test_connections_of_the_worker_are_counted_beside_those_of_the_server(client: Client) -> None:
    of_worker = connection.get_connection_params() | {"application_name": "pos work"}
    stranger = of_worker | {"application_name": "psql"}
    with psycopg.connect(**of_worker), psycopg.connect(**of_worker) as busy, psycopg.connect(**stranger):
        busy.execute("SELECT 1")
        found = {labels: number for (name, labels), number in asked(client).items() if name == CONNECTIONS}
    assert found["work", "idle"] == found["work", "idle_in_transaction"] == 1
    assert found["web", "active"] >= 1  # this test's own
    assert {program for program, _state in found} == {"web", "work"}


def test_each_program_names_its_connections() -> None:
    program = "from django.db import connection as c; print(c.settings_dict['OPTIONS']['application_name'])"
    assert manage("shell", "--no-imports", "-c", program).stdout.strip() == "pos shell"


@override_settings(METRICS_TOKEN=TOKEN, MIDDLEWARE=[MEASURED, *configured.MIDDLEWARE])
def test_missing_database_is_reported_and_other_metrics_remain(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(**params: Any) -> None:
        raise psycopg.OperationalError("the database is gone")

    asked(client)
    monkeypatch.setattr(Impatient, "connect", gone)
    found = asked(client)
    assert found["pos_ready", ()] == 0
    assert ("pos_request_seconds_count", ("GET", "/metrics", "200")) in found
    assert ("pos_bills_total", ("sale",)) not in found


HEAD = "GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"


def scraped(shop: Served) -> Figures:
    answer = shop.ask(f"{HEAD}Authorization: Bearer {TOKEN}\r\n\r\n".encode()).decode()
    assert answer.startswith("HTTP/1.1 200"), answer
    return read(answer.partition("\r\n\r\n")[2])


def workers_of(shop: Served) -> list[int]:
    found = subprocess.run(["pgrep", "-P", str(shop.process.pid)], capture_output=True, text=True, check=False)
    return [int(pid) for pid in found.stdout.split()]


@pytest.mark.django_db(transaction=True)
def test_any_process_reports_for_all_and_a_killed_one_holds_no_connections(
    ana: User, shift: Shift, tea: Product
) -> None:
    bearer = f"Bearer {tokens_of('ana')['access']}"
    paid = {"method": "cash", "amount": "20.00"}
    wanted = {"register": "R1", "lines": [{"product": tea.pk, "quantity": "1"}], "payments": [paid]}
    with served(workers=2, METRICS_TOKEN=TOKEN) as shop:
        assert shop.get("/metrics").startswith(b"HTTP/1.1 401")
        for total in [None] * 7 + ["1.00"] * 5:
            order = wanted if total is None else wanted | {"shown_total": total}
            shop.post("/api/v1/bills", order, Authorization=bearer, Idempotency_Key=str(uuid4()))
        for _ in range(12):  # any process may answer
            found = scraped(shop)
            assert found["pos_bills_total", ("sale",)] == 7 == Bill.objects.count()
            assert found["pos_refusals_total", ("total_changed",)] == 5
            assert found["pos_request_seconds_count", ("POST", "/api/v1/bills", "201")] == 7
            assert found["pos_database_pool_most", ("default",)] == 8
            assert found["pos_database_pool", ("default", "waiting")] == 0
        first, second = workers_of(shop)
        folder = folder_of(first)
        os.kill(first, signal.SIGKILL)
        until(lambda: len(workers_of(shop)) == 2 and first not in workers_of(shop))
        until(lambda: scraped(shop)["pos_database_pool_most", ("default",)] == 8)
        assert scraped(shop)["pos_request_seconds_count", ("POST", "/api/v1/bills", "201")] == 7
        assert second in workers_of(shop)
    assert not folder.exists()


def folder_of(pid: int) -> Path:
    maps = Path(f"/proc/{pid}/maps").read_text()
    return Path(next(line.split()[-1] for line in maps.splitlines() if "pos-metrics-" in line)).parent
