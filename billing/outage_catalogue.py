"""What a till must know to ring up by itself: the goods at their list prices, in pages."""

import hashlib
from typing import Any

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, F, Max, OuterRef

from billing.models import Register
from inventory.models import Barcode, Product, TaxRate
from pos.models import StoreSettings
from pos.money import cash_step, decimals, text

PAGE = 5000


def version(register: Register) -> str:
    """Another one as soon as any price, name, code, rate or setting is another."""
    goods = Product.objects.aggregate(at=Max("updated_at"), number=Count("pk"))
    codes = Barcode.objects.aggregate(last=Max("pk"), number=Count("pk"))
    rates = list(TaxRate.objects.order_by("pk").values_list("pk", "rate"))
    shown = (register.pk, register.name, StoreSettings.in_force().pk, settings.CURRENCY, goods, codes, rates)
    return hashlib.sha256(repr(shown).encode()).hexdigest()[:32]


def page(register: Register, after: int) -> dict[str, Any]:
    """The next goods by id, each [id, sku, name, price, tax rate, sold by, codes]; `next` is None on the last page."""
    on_sale = Product.objects.filter(is_active=True, open_price=False, pk__gt=after).order_by("pk")
    codes = ArraySubquery(Barcode.objects.filter(product=OuterRef("pk")).order_by("pk").values("scanned"))
    rows = on_sale.annotate(codes=codes, rate=F("tax_rate__rate")).values_list(
        "pk", "sku", "name", "price", "rate", "sold_by", "codes"
    )
    goods = [
        [pk, sku, name, text(price), str(rate or 0), sold_by, codes]
        for pk, sku, name, price, rate, sold_by, codes in rows[:PAGE]
    ]
    terms = StoreSettings.in_force()
    return {
        "shop": terms.shop_name,
        "register": register.code,
        "currency": settings.CURRENCY,
        "decimals": decimals(settings.CURRENCY),
        "cash_step": str(cash_step()),
        "tax_included": terms.prices_include_tax,
        "goods": goods,
        "next": goods[-1][0] if len(goods) == PAGE else None,
    }
