"""What every page may say about the shop."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from pos.models import StoreSettings


def shop(request: HttpRequest) -> dict[str, object]:
    """The name costs its query only on pages that show it."""
    return {
        "shop_name": SimpleLazyObject(lambda: StoreSettings.in_force().shop_name),
        "currency": settings.CURRENCY,
    }
