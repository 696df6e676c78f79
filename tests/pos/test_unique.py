"""Only unique violations are reported as taken; other database errors are left as they are."""

import pytest
from django.db import IntegrityError, transaction

from accounts.models import AuditEntry, User
from accounts.people import staff
from billing.models import Tender
from pos.errors import InUse
from pos.unique import unique_or

pytestmark = pytest.mark.django_db


def test_taken_value_is_refused_and_the_transaction_goes_on() -> None:
    with transaction.atomic():
        Tender.objects.create(code="coupon", name="Coupon")
        with pytest.raises(InUse, match="Taken"), unique_or(InUse("Taken.", field="code")):
            Tender.objects.create(code="coupon", name="Another")
    assert Tender.objects.get(code="coupon").name == "Coupon"


def test_other_database_errors_are_not_reported_as_taken() -> None:
    with pytest.raises(IntegrityError), unique_or(InUse()):
        Tender.objects.create(code="coupon", name="Coupon", kind="magic")


def test_unknown_role_is_not_reported_as_a_taken_name(may: User) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        staff.hire(by=may, username="lena", password="cups and saucers 7", role="owner")
    assert not AuditEntry.objects.filter(action="user.hired", subject="lena").exists()
