"""Changes to sealed rows are detected, even by the database's owner, who can disable guards and forge digests."""

import hashlib
import json
import subprocess
import sys
from io import StringIO
from pathlib import Path
from threading import Event, Thread
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from accounts.models import User
from billing.drawer import cash_by_hand, counting
from billing.models import CashKind, CashMovement, Register, Shift
from billing.stored_value import gift_cards
from inventory.goods import products
from inventory.models import Product
from inventory.shelf import stock
from members import points
from members.models import Member
from pos import clock, upkeep
from pos.models import UpkeepKind
from reports.models import DaySeal
from reports.sealing import anchor, everything, rows, seals, signing
from reports.upkeep import books
from tests.at_once import alone
from tests.counter import sell
from tests.ledgers import plant
from tests.reports.planted import FORGED_CHAINS

pytestmark = pytest.mark.django_db(transaction=True)
LAST = "(SELECT max(id) FROM billing_bill)"
OF_LAST = [f"DELETE FROM billing_{part} WHERE bill_id = {LAST}" for part in ("billline", "billtax", "payment")]
TAMPERINGS = {
    "price lowered in every place": [
        "UPDATE billing_billline SET net = net - 1, unit_price = unit_price - 1, list_price = list_price - 1",
        "UPDATE billing_bill SET subtotal = subtotal - 1, total = total - 1",
        "UPDATE billing_payment SET amount = amount - 1",
    ],
    "last bill deleted and the counter lowered": [
        *OF_LAST,
        f"DELETE FROM billing_billseal WHERE bill_id = {LAST}",
        f"DELETE FROM billing_cashmovement WHERE bill_id = {LAST}",
        "DELETE FROM inventory_stockmovement WHERE id = (SELECT max(id) FROM inventory_stockmovement)",
        f"DELETE FROM billing_bill WHERE id = {LAST}",
        "UPDATE billing_register SET last_sale = last_sale - 1 WHERE code = 'R1'",
    ],
    "newest Z deleted and its shift reopened": [
        "DELETE FROM billing_zreport",
        "UPDATE billing_shift SET closed_at = NULL, closed_by_id = NULL, counted = NULL, expected = NULL",
    ],
    "write-off deleted": ["DELETE FROM inventory_stockmovement WHERE kind = 'write_off'"],
    "pay-out deleted": ["DELETE FROM billing_cashmovement WHERE kind = 'pay_out'"],
    "entry of the trail deleted": [
        "DELETE FROM accounts_auditentry WHERE id = (SELECT max(id) FROM accounts_auditentry)"
    ],
    "cash turned into card": ["UPDATE billing_payment SET method = 'card'"],
    "another cashier": ["UPDATE billing_bill SET cashier_id = (SELECT max(id) FROM accounts_user)"],
    "another time": ["UPDATE billing_bill SET at = at - interval '1 minute'"],
    "another name": ["UPDATE billing_billline SET name = 'Grey tea'"],
    "another cost": ["UPDATE billing_billline SET unit_cost = 0.01"],
    "gift card raised": ["UPDATE billing_storedvalueentry SET amount = amount + 100"],
    "points raised": ["UPDATE members_pointsentry SET amount = amount + 100"],
}


@pytest.fixture
def keys(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The key and the seal log, in the test's own folder."""
    settings.SEAL_KEY_FILE, settings.SEAL_LOG = str(tmp_path / "key.pem"), str(tmp_path / "seals.log")
    monkeypatch.setattr(seals, "A_MOMENT", 0.01)
    return tmp_path


@pytest.fixture
def sealed(keys: Path, shift: Shift, tea: Product, ana: User, may: User, olga: Member) -> None:
    sell((tea, "1"), by=ana, cash="20.00", member=olga.pk)
    points.adjust(olga.pk, tea.price, by=may, reason="welcome")
    products.edit(tea, by=may, name="Green tea, loose")
    stock.write_off(tea, tea.price.to_integral_value() // 6, by=may, reason="broken")
    cash_by_hand.move_cash(shift.pk, kind=CashKind.PAY_OUT, amount=tea.price, reason="milk", by=may)
    sell((tea, "1"), by=ana, cash="20.00")
    gift_cards.sell(uuid4(), register="R1", amount=tea.price, tender="card", by=may)
    counting.close_shift(shift.pk, counted=tea.price * 9, by=may, reason="as it is")
    assert seals.seal() == 1


def test_unchanged_books_pass_and_are_sealed_once(sealed: None, keys: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert seals.faults() == []
    assert seals.seal() == 0
    call_command("verify_seals")
    assert signing.public_name() in capsys.readouterr().out
    assert (keys / "key.pem").stat().st_mode & 0o077 == 0


def test_gap_in_the_ids_needs_no_further_seal(keys: Path, shift: Shift, tea: Product, may: User) -> None:
    cash_by_hand.move_cash(shift.pk, kind=CashKind.PAY_OUT, amount=tea.price, reason="milk", by=may)
    plant(["UPDATE billing_cashmovement SET id = id + 300000000 WHERE reason = 'milk'"])
    assert seals.seal() == 1
    assert seals.faults() == []


def test_ledgers_of_many_rows_are_sealed_in_parts(
    keys: Path, shift: Shift, tea: Product, may: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seals, "MOST_ROWS", 2)
    for reason in ("milk", "cake", "tape", "soap", "salt"):
        cash_by_hand.move_cash(shift.pk, kind=CashKind.PAY_OUT, amount=tea.price / 10, reason=reason, by=may)
    assert seals.seal() >= 3
    parts = [json.loads(made.document)["ledgers"]["billing_cashmovement"]["rows"] for made in DaySeal.objects.all()]
    assert max(parts) == 2
    assert sum(parts) == CashMovement.objects.count()
    assert seals.faults() == []


@pytest.mark.parametrize("tampering", TAMPERINGS)
def test_change_by_the_owner_of_the_database_is_found(sealed: None, tampering: str) -> None:
    lifted = "SET session_replication_role = replica"
    plant([lifted, *TAMPERINGS[tampering], *FORGED_CHAINS[1:], "SET session_replication_role = origin"])
    assert seals.faults()
    with pytest.raises(CommandError, match="faults"):
        call_command("verify_seals")


def test_backdated_count_under_a_sealed_number_is_found(sealed: None) -> None:
    plant(["UPDATE inventory_stockmovement SET id = id - 1000000, at = at - interval '1 day' WHERE kind = 'write_off'"])
    assert seals.faults() == ["Seal 1: inventory_stockmovement was changed."]


def test_seals_cut_off_at_the_end_are_found_by_the_file(sealed: None) -> None:
    plant(["DELETE FROM reports_dayseal"])
    assert seals.faults() == ["Seal 1 is in the seals' file, but not in the books."]


def test_seal_replaced_with_another_key_is_found(sealed: None, keys: Path, settings: Any) -> None:
    plant(["UPDATE billing_billline SET name = 'Grey tea'", "DELETE FROM reports_dayseal"])
    own = settings.SEAL_KEY_FILE
    settings.SEAL_KEY_FILE = str(keys / "forged.pem")
    seals.seal()
    settings.SEAL_KEY_FILE = own
    assert "Seal 1 is not signed by this shop." in seals.faults()


def test_lost_key_is_not_replaced_and_the_nightly_audit_raises_an_alarm(sealed: None, keys: Path) -> None:
    (keys / "key.pem").rename(keys / "away.pem")
    with pytest.raises(CommandError, match=r"bring .* back from its copy"):
        call_command("verify_seals")
    run = upkeep.begin(UpkeepKind.AUDIT, clock.now())
    assert run
    books.audit_now(run)
    run.refresh_from_db()
    assert not run.is_good
    assert "bring" in run.says
    assert not (keys / "key.pem").exists()


def test_seals_lost_by_a_noted_restore_are_no_fault(sealed: None, tea: Product, may: User) -> None:
    stock.receive(tea, tea.price.to_integral_value(), by=may)
    assert seals.seal() == 1
    plant(["DELETE FROM reports_dayseal WHERE number = 2"])
    assert seals.faults() == ["Seal 2 is in the seals' file, but not in the books."]
    anchor.note_restore(1)
    assert seals.faults() == []
    assert seals.seal() == 1
    assert seals.faults() == []


def test_row_of_an_open_transaction_is_sealed_after_it_ends(
    keys: Path, may: User, tea: Product, milk: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fails without the wait: the row appears with an id below the highest one sealed."""
    monkeypatch.setattr(seals, "PATIENCE", 3)
    written, end = Event(), Event()

    def write_slowly() -> None:
        with transaction.atomic():
            stock.receive(tea, tea.price.to_integral_value(), by=may)
            written.set()
            end.wait(20)

    slow = Thread(target=alone, args=(write_slowly,))
    slow.start()
    assert written.wait(20)
    stock.receive(milk, milk.price, by=may)
    with pytest.raises(seals.StillWriting):
        seals.seal()
    end.set()
    slow.join(20)
    assert seals.seal() == 1
    assert seals.faults() == []
    assert json.loads(DaySeal.objects.get().document)["ledgers"]["inventory_stockmovement"]["rows"] == 4


def test_column_added_later_leaves_old_seals_valid(
    sealed: None, keys: Path, tea: Product, may: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = rows.ledgers()
    before = {**known, "inventory_stockmovement": known["inventory_stockmovement"][:-1]}
    plant(["DELETE FROM reports_dayseal"])
    anchor.note_restore(0)
    monkeypatch.setattr(rows, "ledgers", lambda: before)
    assert seals.seal() == 1
    monkeypatch.setattr(rows, "ledgers", lambda: known)
    stock.receive(tea, tea.price.to_integral_value(), by=may)
    assert (seals.seal(), seals.faults()) == (1, [])
    folder = keys / "books"
    call_command("export_books", str(folder), verbosity=0)
    assert verified(folder, signing.public_name()).returncode == 0


def verified(folder: Path, key: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", str(folder / "verify.py"), "--key", key]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_archive_is_verified_without_the_shop(sealed: None, keys: Path, tea: Product) -> None:
    folder = keys / "books"
    call_command("export_books", str(folder), verbosity=0)
    proof = verified(folder, signing.public_name())
    assert (proof.returncode, proof.stdout.startswith("1 seals over")) == (0, True), proof.stdout + proof.stderr
    bills = folder / "billing_billline.jsonl"
    bills.write_text(bills.read_text().replace("Green", "Grey"))
    assert verified(folder, signing.public_name()).stdout == "Seal 1: billing_billline was changed.\n"
    assert verified(folder, "00" * 32).returncode == 1
    with pytest.raises(CommandError, match="is there already"):
        call_command("export_books", str(folder))


def test_full_export_holds_every_table_without_secrets_and_is_verified_too(
    sealed: None, keys: Path, may: User, tea: Product
) -> None:
    folder = keys.parent / "all"
    call_command("export_all", str(folder), stdout=StringIO())
    assert verified(folder, signing.public_name()).returncode == 0
    told = json.loads((folder / "tables.json").read_text())
    assert set(told) == {path.stem for path in folder.glob("*.jsonl")} - {"seals"}
    ours = {model._meta.db_table for model in everything.own()}
    assert ours - set(told) == set(everything.LEFT_OUT), "a new table is exported, or it is said why not"
    for table, hidden in everything.SECRETS.items():
        assert not hidden & set(told[table]["columns"])
    secrets = [may.password, may.pin, *Register.objects.values_list("display_key", flat=True)]
    everywhere = "".join(path.read_text() for path in folder.glob("*.jsonl"))
    assert secrets and not [secret for secret in secrets if str(secret) in everywhere]
    assert told["billing_bill"]["columns"]["shift_id"] == {
        "type": "bigint",
        "says": "shift",
        "refers_to": "billing_shift",
    }
    assert "Green tea" in (folder / "inventory_product.jsonl").read_text()
    for line in (folder / "SHA256SUMS").read_text().splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
