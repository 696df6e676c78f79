"""Baskets as a page reads them: at once, with what there is no need to ask for."""

from django.db.models import Exists, OuterRef, QuerySet

from billing.models import Basket, BasketGiftCard, PresentedCard, UnknownScan


def for_screen() -> QuerySet[Basket]:
    """Baskets with what every page of them shows, and whether there is more to be read."""
    gift_cards = BasketGiftCard.objects.filter(basket=OuterRef("pk"), removed_at=None)
    presented = PresentedCard.objects.filter(basket=OuterRef("pk"))
    codes = UnknownScan.objects.filter(register=OuterRef("register"), on_screen=True, settled_at=None)
    return Basket.objects.select_related("member", "register", "points_asked", "original__member").annotate(
        has_gift_cards=Exists(gift_cards), has_presented=Exists(presented), has_unknown_codes=Exists(codes)
    )


def may_have(basket: Basket, what: str) -> bool:
    """False where `for_screen` saw that the basket has none; a basket read otherwise may have some."""
    return bool(getattr(basket, f"has_{what}", True))
