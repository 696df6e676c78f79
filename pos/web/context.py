"""Template context of every page."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language_info

from pos.models import StoreSettings


def shop(request: HttpRequest) -> dict[str, object]:
    """The shop's settings, lazily: the query runs only on pages that show some of them."""
    row = SimpleLazyObject(StoreSettings.in_force)
    return {
        "shop_name": SimpleLazyObject(lambda: row.shop_name),
        "idle_lock_minutes": SimpleLazyObject(lambda: row.idle_lock_minutes),
        "currency": settings.CURRENCY,
        **language(),
    }


def language() -> dict[str, object]:
    """The shop's own, in which customers get their papers."""
    return {
        "shop_language": settings.LANGUAGE_CODE,
        "shop_direction": "rtl" if get_language_info(settings.LANGUAGE_CODE)["bidi"] else "ltr",
    }
