"""Reads a basket for a page, with what every page shows of it."""

from django.db.models import QuerySet

from billing.models import Basket


def for_screen() -> QuerySet[Basket]:
    return Basket.objects.select_related("member", "register", "original__member")
