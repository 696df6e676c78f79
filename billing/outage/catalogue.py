"""The catalogue a till needs to sell while the server is away: products at list prices, in pages downloaded only when
changed."""

import hashlib
import json
from typing import Any

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import OuterRef

from billing.models import LabelKind, LabelPattern, Register
from inventory.models import Barcode, Product, TaxRate
from inventory.shelf import locations
from pos.models import StoreSettings
from pos.money import cash_step, decimals, text

PAGE = 5000
LABEL = ("prefix", "item_digits", "value_digits", "decimals")
TAGS = """
    SELECT coalesce(g.page, b.page), to_hex(coalesce(g.tag, 0)) || to_hex(coalesce(b.tag, 0))
      FROM (SELECT (id - 1) / %(page)s AS page,
                   bit_xor(hashtextextended(
                       ROW(id, sku, name, price, tax_rate_id, sold_by, minimum_age)::text, 0)) AS tag
              FROM inventory_product WHERE is_active AND NOT open_price GROUP BY 1) g
      LEFT JOIN (SELECT (product_id - 1) / %(page)s AS page,
                        bit_xor(hashtextextended(ROW(id, product_id, scanned)::text, 0)) AS tag
                   FROM inventory_barcode GROUP BY 1) b ON b.page = g.page
     ORDER BY 1
"""


def terms(register: Register) -> dict[str, Any]:
    """The settings for pricing, and a tag for each page of products that changes with anything on the page."""
    with connection.cursor() as cursor:
        cursor.execute(TAGS, {"page": PAGE})
        pages = dict(cursor.fetchall())
    shop = StoreSettings.in_force()
    return {
        "shop": shop.shop_name,
        "register": register.code,
        "currency": settings.CURRENCY,
        "decimals": decimals(settings.CURRENCY),
        "cash_step": str(cash_step()),
        "tax_included": shop.prices_include_tax,
        "rates": rates(register),
        "labels": list(LabelPattern.objects.filter(is_active=True, kind=LabelKind.WEIGHT).values(*LABEL)),
        "pages": pages,
    }


def rates(register: Register) -> dict[int, str]:
    """The rate each tax stands for at the register's location, where another may take its place."""
    found = {pk: str(rate) for pk, rate in TaxRate.objects.order_by("pk").values_list("pk", "rate")}
    return found | {tax: found[instead] for tax, instead in locations.taxes_of(register.location_id).items()}


def tag(terms: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(terms, sort_keys=True).encode()).hexdigest()[:32]


def page(number: int) -> dict[str, list[Any]]:
    """The products whose ids belong to this page, column by column."""
    ids = range(number * PAGE + 1, (number + 1) * PAGE + 1)
    on_sale = Product.objects.filter(is_active=True, open_price=False, pk__gte=ids.start, pk__lt=ids.stop)
    codes = ArraySubquery(Barcode.objects.filter(product=OuterRef("pk")).order_by("pk").values("scanned"))
    columns = ("pk", "sku", "name", "price", "tax_rate", "sold_by", "minimum_age", "codes")
    rows = list(on_sale.annotate(codes=codes).order_by("pk").values_list(*columns))
    found = {name: [row[place] for row in rows] for place, name in enumerate(columns)}
    return {**found, "price": [text(price) for price in found["price"]]}
