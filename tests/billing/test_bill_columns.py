"""A bill is written to all columns of its models; a new column needs no further code."""

import pytest
from django.db import connection, models

from accounts.models import User
from billing.models import Bill, BillLine, BillTax, Payment, Shift
from billing.sale import bill_writer
from billing.sale.columns import columns_of
from inventory.models import Product
from tests.counter import sell


@pytest.mark.parametrize("model", [Bill, BillLine, BillTax, Payment])
def test_every_column_except_the_id_is_written(model: type[models.Model]) -> None:
    every = {field.column for field in model._meta.concrete_fields}
    assert every - set(columns_of(model)) == {"id"} | ({"bill_id"} & every)


def test_new_column_is_written(shift: Shift, tea: Product, ana: User, monkeypatch: pytest.MonkeyPatch) -> None:
    models.CharField(max_length=9, default="as wanted").contribute_to_class(BillTax, "purpose")
    try:
        monkeypatch.setattr(bill_writer, "TAX", columns_of(BillTax))
        monkeypatch.setattr(
            bill_writer,
            "WRITE",
            {kind: bill_writer.statement(counter) for kind, counter in bill_writer.COUNTERS.items()},
        )
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE billing_billtax ADD COLUMN purpose varchar(9)")
            bill = sell((tea, "1"), by=ana, cash="12.50")
            cursor.execute("SELECT purpose FROM billing_billtax WHERE bill_id = %s", [bill.pk])
            assert cursor.fetchall() == [("as wanted",)]
    finally:
        BillTax._meta.local_fields[:] = [field for field in BillTax._meta.local_fields if field.name != "purpose"]
        BillTax._meta._expire_cache()
        del BillTax.purpose
