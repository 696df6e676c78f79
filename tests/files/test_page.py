"""Imports on pages and through the API."""

import json
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client

from accounts.models import User
from files import imports
from files.models import FileImport, State
from inventory.models import Product
from tests.files.lists import workbook

pytestmark = pytest.mark.django_db
GOOD = b"name,price,stock\nTea,1.50,4\nJam,3.20,\n"
BAD = b"name,price\nTea,dear\n"


def file(content: bytes = GOOD, name: str = "list.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def upload(client: Client, content: bytes = GOOD, kind: str = "products", **more: Any) -> Any:
    return client.post("/files", {"kind": kind, "file": file(content), **more})


def send(client: Client, content: bytes = GOOD, key: str = "", **more: Any) -> Any:
    body = {"kind": "products", "file": file(content), **more}
    return client.post("/api/v1/imports", body, headers={"Idempotency-Key": key or str(uuid4())})


def test_list_is_checked_imported_and_undone(may_web: Client) -> None:
    page = upload(may_web)
    address = page["Location"]
    shown = may_web.get(address).content.decode()
    assert "Import 2 rows" in shown
    assert not Product.objects.exists()
    assert may_web.post(f"{address}/start")["Location"] == address
    assert Product.objects.count() == 2
    assert "Undo this import" in may_web.get(address).content.decode()
    may_web.post(f"{address}/undo")
    assert not Product.objects.filter(is_active=True).exists()
    assert "Undone on" in may_web.get(address).content.decode()


def test_a_form_sent_twice_is_one_upload(may_web: Client) -> None:
    key = str(uuid4())
    assert upload(may_web, key=key)["Location"] == upload(may_web, key=key)["Location"]
    assert FileImport.objects.count() == 1


def test_error_of_a_bad_row_is_shown_beside_it(may_web: Client) -> None:
    shown = may_web.get(upload(may_web, BAD)["Location"]).content.decode()
    assert "1 row is wrong" in shown
    assert "Row 2, Price: “dear” is not a number with at most three decimals." in shown
    assert "Import 1 row<" not in shown


def test_columns_are_matched_by_hand(may_web: Client) -> None:
    address = upload(may_web, b"A,B\nTea,1.50\n")["Location"]
    assert "tells the rows apart" in may_web.get(address).content.decode()
    may_web.post(address, {"column_0": "name", "column_1": "price", "decimal_mark": "."})
    assert FileImport.objects.get().matched == {"name": 0, "price": 1}
    twice = may_web.post(address, {"column_0": "name", "column_1": "name"})
    assert (twice.status_code, "chosen for two columns" in twice.content.decode()) == (400, True)


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "Choose a file first."), (b"PK\x03\x04", "damaged"), (b"\n", "empty"), (b"%PDF-1.4", "This is PDF")],
)
def test_a_file_without_a_list_is_refused_in_words(may_web: Client, content: bytes, said: str) -> None:
    body = {"kind": "products"} if content == b"" else {"kind": "products", "file": file(content)}
    page = may_web.post("/files", body)
    assert (page.status_code, said in page.content.decode()) == (400, True)


def test_missing_file_unknown_kind_and_unknown_import_are_refused(may_web: Client) -> None:
    assert upload(may_web, kind="planes").status_code == 400
    assert may_web.get("/files/4711").status_code == 404
    assert may_web.post("/files/4711/start").status_code == 404
    address = upload(may_web)["Location"]
    assert may_web.post(f"{address}/undo").status_code == 409
    assert may_web.post(address, {"sheet": "nowhere"}).status_code == 400


def test_cashier_cannot_open_imports(ana_web: Client) -> None:
    assert ana_web.get("/files").status_code == 403
    assert upload(ana_web).status_code == 403


def test_long_list_waits_for_the_worker_and_shows_its_progress(may_web: Client, monkeypatch: Any) -> None:
    monkeypatch.setattr(imports, "CHECKED_AT_ONCE", 1)
    address = upload(may_web)["Location"]
    may_web.post(f"{address}/start")
    assert "Waits for its turn" in may_web.get(address).content.decode()
    part = may_web.get(address, headers={"HX-Request": "true", "HX-Target": "progress"}).content.decode()
    assert part.lstrip().startswith("<section")
    call_command("work", "--once")
    assert FileImport.objects.get().state == State.DONE
    part = may_web.get(address, headers={"HX-Request": "true", "HX-Target": "progress"}).content.decode()
    assert "It is finished." in part


def test_a_file_thrown_away_is_gone(may_web: Client) -> None:
    address = upload(may_web)["Location"]
    may_web.post(f"{address}/drop")
    assert not FileImport.objects.exists()


def test_what_was_imported_is_not_thrown_away(may_web: Client, may_api: Client) -> None:
    done = f"/api/v1/imports/{send(may_api).json()['id']}"
    assert may_api.delete(done).status_code == 409
    assert "imported already" in may_web.post(f"/files/{FileImport.objects.get().pk}/drop").content.decode()
    open_one = f"/api/v1/imports/{send(may_api, dry_run='true').json()['id']}"
    assert [may_api.delete(open_one).status_code for _again in "12"] == [204, 404]
    assert FileImport.objects.get().state == State.DONE


def test_a_program_imports_and_undoes(may_api: Client) -> None:
    tried = send(may_api, dry_run="true").json()
    assert (tried["state"], tried["created"], Product.objects.count()) == ("open", 2, 0)
    key = str(uuid4())
    made = send(may_api, key=key)
    assert (made.status_code, made.json()["state"], made.json()["created"]) == (201, "done", 2)
    again = send(may_api, key=key)
    assert (again.status_code, again.headers["Idempotent-Replayed"], Product.objects.count()) == (200, "true", 2)
    assert send(may_api, BAD, key=key).status_code == 422
    address = f"/api/v1/imports/{made.json()['id']}"
    assert may_api.get(address).json()["columns"] == {"name": 0, "price": 1, "stock": 2}
    undone, again = (may_api.post(f"{address}/undo", headers={"Idempotency-Key": key}) for key in [str(uuid4())] * 2)
    assert (undone.status_code, undone.json()["state"]) == (201, "undone")
    assert (again.status_code, again.headers["Idempotent-Replayed"]) == (200, "true")
    assert [row["state"] for row in may_api.get("/api/v1/imports").json()["results"]] == ["undone", "open"]


def test_program_is_told_the_errors_of_a_list(may_api: Client) -> None:
    answer = send(may_api, BAD).json()
    assert (answer["state"], answer["refused"]) == ("open", 1)
    assert answer["errors"][0] | {"detail": ""} == {"row": 2, "column": "price", "detail": ""}
    assert send(may_api, b"").status_code == 400
    assert send(may_api, b"PK\x03\x04").status_code == 400
    assert send(may_api, kind="planes").status_code == 400
    assert send(may_api, columns='{"name": 99}').status_code == 400
    assert send(may_api, columns="[[[" * 500).status_code == 400
    assert send(may_api, columns=json.dumps({"name": 1e400})).status_code == 400
    assert may_api.get("/api/v1/imports/4711").status_code == 404


def test_a_program_chooses_sheet_and_columns(may_api: Client) -> None:
    content = workbook(A=[["hello"], ["there"]], B=[["x", "y"], ["Tea", "1,5"]])
    made = send(may_api, content, sheet="B", columns='{"name": 0, "price": 1}', decimal_mark=",").json()
    assert (made["sheet"], made["state"], made["created"]) == ("B", "done", 1)


def test_api_refuses_imports_by_cashiers(ana_api: Client, may: User) -> None:
    assert send(ana_api).status_code == 403
    assert ana_api.get("/api/v1/imports").status_code == 403
