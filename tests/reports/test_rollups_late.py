"""A sale whose transaction ends after its day was added up."""

from threading import Event, Thread

import pytest
from django.db import connection, transaction

from billing.models import Bill
from pos import calendar
from reports.models import DayTaking, RolledDay
from reports.rollups import keeping
from tests.counter import sell
from tests.ledgers import plant

DAY = "2026-01-15"


def move_all() -> None:
    plant([f"UPDATE billing_bill SET business_date = '{DAY}'"])


@pytest.mark.django_db(transaction=True)
def test_a_bill_written_while_its_day_is_added_up_is_not_missed(ana, shift, tea, milk):
    """The job counts one bill; the second, begun before, is written while it adds up."""
    keeping.Patience.until = 0
    sell((tea, "1"), by=ana, cash="12.50")
    move_all()
    begun, go_on, written = Event(), Event(), Event()

    def late() -> None:
        try:
            with transaction.atomic():
                bill = Bill.objects.get()
                last = Bill(**{f.attname: getattr(bill, f.attname) for f in Bill._meta.concrete_fields})
                last.pk, last.sequence, last.number = None, 2, "R1-000002"
                last.key = "6f1c0000-0000-4000-8000-0000000000aa"
                last.save(force_insert=True)
                with connection.cursor() as cursor:
                    cursor.execute("UPDATE billing_register SET last_sale = 2 WHERE code = 'R1'")
                begun.set()
                assert go_on.wait(30)
        finally:
            connection.close()
            written.set()

    thread = Thread(target=late)
    thread.start()
    assert begun.wait(30)
    assert keeping.work_one()  # the day, without the bill nobody sees yet
    assert RolledDay.objects.get().bills == 1
    go_on.set()
    assert written.wait(30)
    thread.join()
    assert keeping.work_one()
    assert RolledDay.objects.get().bills == 2
    assert DayTaking.objects.get().sales == 2
    assert calendar.today() != RolledDay.objects.get().day


@pytest.mark.django_db(transaction=True)
def test_two_jobs_at_once_make_each_day_once(ana, shift, tea):
    keeping.Patience.until = 0
    for _ in range(3):
        sell((tea, "1"), by=ana, cash="12.50")
    move_all()
    day = Bill.objects.earliest("pk").business_date
    failed: list[BaseException] = []

    def job() -> None:
        try:
            for _ in range(5):
                keeping.roll("day", day)
        except BaseException as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [Thread(target=job) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert RolledDay.objects.get().bills == 3
    assert DayTaking.objects.get().sales == 3
