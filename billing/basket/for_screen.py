"""Reads a basket for a page with as few queries as possible."""

from django.db.models import Exists, OuterRef, QuerySet

from billing.models import Basket, BasketGiftCard, PresentedCard, UnknownScan


def for_screen() -> QuerySet[Basket]:
    """Baskets with what every page shows, and flags for whether there are gift cards, presented cards or unknown
    codes."""
    gift_cards = BasketGiftCard.objects.filter(basket=OuterRef("pk"), removed_at=None)
    presented = PresentedCard.objects.filter(basket=OuterRef("pk"))
    codes = UnknownScan.objects.filter(register=OuterRef("register"), on_screen=True, settled_at=None)
    return Basket.objects.select_related("member", "register", "points_asked", "original__member").annotate(
        has_gift_cards=Exists(gift_cards), has_presented=Exists(presented), has_unknown_codes=Exists(codes)
    )


def may_have(basket: Basket, what: str) -> bool:
    """False if `for_screen` found that the basket has none of these. True if unknown, because it was read in another
    way."""
    return bool(getattr(basket, f"has_{what}", True))
