"""A code is the same whether read as UPC-A or EAN-13: one table for every reader of codes."""

import pytest
from django.db import connection

from inventory import barcodes
from inventory.models import Barcode
from tests import cast

SCANNED_AS = {
    "036000291452": "0036000291452",
    "0036000291452": "0036000291452",
    "000000000000": "0000000000000",
    "999999999999": "0999999999999",
    "36000291452": "36000291452",
    "4006381333931": "4006381333931",
    "00036000291452": "00036000291452",
    "96385074": "96385074",
    "03600029145X": "03600029145X",
    " 036000291452": " 036000291452",
    "036000 91452": "036000 91452",
    "٠٣٦٠٠٠٢٩١٤٥٢": "٠٣٦٠٠٠٢٩١٤٥٢",
    "036000291452-1": "036000291452-1",
}


@pytest.mark.parametrize(("code", "form"), SCANNED_AS.items())
def test_upc_equals_the_ean_with_a_leading_zero(code: str, form: str) -> None:
    assert barcodes.scanned(code) == form


@pytest.mark.django_db
def test_sql_of_the_import_reads_the_table_alike() -> None:
    with connection.cursor() as cursor:
        said = (
            f"SELECT {barcodes.scanned_sql('code')} FROM unnest(%s::text[]) WITH ORDINALITY AS u (code, n) ORDER BY n"
        )
        cursor.execute(said, [list(SCANNED_AS)])
        assert [row[0] for row in cursor.fetchall()] == list(SCANNED_AS.values())


@pytest.mark.django_db
@pytest.mark.parametrize(("code", "form"), SCANNED_AS.items())
def test_database_column_reads_the_table_alike(code: str, form: str) -> None:
    assert Barcode.objects.create(product=cast.product("Soap"), code=code).scanned == form


@pytest.mark.parametrize(
    ("gtin", "codes"),
    [
        ("00036000291452", ["00036000291452", "0036000291452", "036000291452", "36000291452"]),
        ("04006381333931", ["04006381333931", "4006381333931"]),
        ("00000096385074", ["00000096385074", "0000096385074", "000096385074", "96385074"]),
        ("14006381333938", ["14006381333938", "4006381333938"]),
    ],
)
def test_gs1_number_is_found_with_and_without_leading_zeros(gtin: str, codes: list[str]) -> None:
    assert barcodes.spellings(gtin) == codes
