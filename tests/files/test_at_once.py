"""Two import the same file at the same moment."""

from collections.abc import Callable

import pytest

from accounts.models import AuditEntry, User
from files import imports, jobs
from files.models import FileImport, State
from inventory.models import Product, StockMovement
from members.models import Member
from tests import cast
from tests.at_once import at_once
from tests.proof import assert_books_are_right

pytestmark = pytest.mark.django_db(transaction=True)
Upload = Callable[..., FileImport]
GOODS = "name,price,stock\n" + "".join(f"Tea {n},1.50,{n}\n" for n in range(1, 200))
MEMBERS = "name,email\n" + "".join(f"Mia {n},mia{n}@example.org\n" for n in range(200))


def work(*uploads: FileImport) -> None:
    """Works on each import at the same moment; the worker does the rest."""
    answers = at_once([lambda pk=row.pk: jobs.work_one(pk) for row in uploads])
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    while jobs.work_one():
        pass


@pytest.mark.parametrize(("content", "kind", "made"), [(GOODS, "products", Product), (MEMBERS, "members", Member)])
def test_same_file_from_two_managers_at_once_makes_its_rows_once(
    content: str, kind: str, made: type[Product] | type[Member], may: User, uploaded: Upload
) -> None:
    ida = cast.person("ida", role="manager")
    both = [uploaded(content, kind), imports.upload(content.encode(), "again.csv", kind, by=ida)]
    for row, by in zip(both, (may, ida), strict=True):
        imports.start(row.pk, by=by)
    work(*both)
    told = [FileImport.objects.get(pk=row.pk) for row in both]
    assert [row.state for row in told] == [State.DONE, State.DONE], [row.report for row in told]
    assert made.objects.count() == content.count("\n") - 1
    assert sorted(row.report["created"] for row in told) == [0, made.objects.count()]
    assert_books_are_right()


def test_one_upload_started_and_worked_by_many_at_once_is_imported_once(may: User, uploaded: Upload) -> None:
    row = uploaded(GOODS)

    def press() -> None:
        imports.start(row.pk, by=may)
        jobs.work_one(row.pk)

    answers = at_once([press] * 6)
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    while jobs.work_one():
        pass
    row.refresh_from_db()
    assert (row.state, Product.objects.count(), StockMovement.objects.count()) == (State.DONE, 199, 199)
    assert AuditEntry.objects.filter(action="products.imported").count() == 1


def test_import_undone_by_many_at_once_is_undone_once(may: User, uploaded: Upload) -> None:
    row = uploaded("name,price\nTea,1.50\nJam,3.20\n")
    imports.start(row.pk, by=may)
    work(row)
    answers = at_once([lambda: imports.undo(row.pk, by=may)] * 6)
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    assert (Product.objects.count(), FileImport.objects.get().state) == (0, State.UNDONE)
    assert AuditEntry.objects.filter(action="import.undone").count() == 1


def test_import_waits_for_another_under_way_without_using_up_a_try(may: User, uploaded: Upload) -> None:
    rows = [uploaded(GOODS), uploaded(MEMBERS, "members")]
    for row in rows:
        imports.start(row.pk, by=may)
    work(*rows)
    assert {row.state for row in FileImport.objects.all()} == {State.DONE}
    assert [row.tries for row in FileImport.objects.order_by("pk")] == [1, 1]
