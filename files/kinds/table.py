"""Every kind of list the shop takes in. A new one is a module beside this and a line here."""

from django.utils.translation import gettext as _

from files.kinds import members, products
from files.kinds.kind import Kind
from pos.errors import Invalid

KINDS: dict[str, Kind] = {
    kind.name: kind for kind in (products.PRODUCTS, members.MEMBERS, products.COUNTS, products.PRICES)
}


def named(name: str) -> Kind:
    if (kind := KINDS.get(name)) is None:
        raise Invalid("kind", _("Must be one of %(choices)s.") % {"choices": ", ".join(KINDS)}, "invalid_choice")
    return kind
