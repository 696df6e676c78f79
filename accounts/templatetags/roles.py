"""What the pages of somebody with further permissions show."""

from typing import Any

from django import template
from django.template.context import Context
from django.utils.translation import gettext_lazy as _

from accounts.models import Permission, User
from pos.templatetags.shell import place

register = template.Library()
PLACES = {
    Permission.GOODS: ("goods", _("Goods"), "box"),
    Permission.BUYING: ("orders", _("Buying"), "basket"),
    Permission.COUNTS: ("counts", _("Counts"), "scan"),
    Permission.REPORTS: ("report_today", _("Reports"), "reports"),
    Permission.FILES: ("files", _("Lists"), "bills"),
    Permission.SETTINGS: ("settings", _("Settings"), "admin"),
}


@register.filter
def may(user: User, permission: str) -> bool:
    return user.may(permission)


@register.inclusion_tag("accounts/_permitted_links.html", takes_context=True)
def permitted_links(context: Context) -> dict[str, Any]:
    """The rooms of the navigation bar that a person's role opens; a manager has them all already."""
    user = context["request"].user
    held = [] if user.is_manager else user.permissions
    places = [place for permission, place in PLACES.items() if permission in held]
    return {"links": [place(context, name, str(label), picture) for name, label, picture in places]}
