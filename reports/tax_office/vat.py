"""The keys of tax rates in DSFinV-K. Those below 1000 are the standard's own; a rate it does not know has one above."""

from decimal import Decimal

from django.utils.translation import gettext as _

from pos.templatetags.money import percent

NOT_TAXABLE, TAX_FREE, OWN = 5, 6, 1000
KEYS = {Decimal("0.19"): 1, Decimal("0.07"): 2, Decimal("0.107"): 3, Decimal("0.055"): 4, Decimal(0): TAX_FREE}
NAMES = {
    1: "Allgemeiner Steuersatz (§ 12 Abs. 1 UStG)",
    2: "Ermäßigter Steuersatz (§ 12 Abs. 2 UStG)",
    3: "Durchschnittsatz (§ 24 Abs. 1 Nr. 3 UStG)",
    4: "Durchschnittsatz (§ 24 Abs. 1 Nr. 1 UStG)",
    NOT_TAXABLE: "Nicht Steuerbar",
    TAX_FREE: "Umsatzsteuerfrei",
}
RATES = {key: rate for rate, key in KEYS.items()} | {NOT_TAXABLE: Decimal(0)}
IN_HUNDRED_THOUSANDTHS = 100_000  # a rate has at most five decimals


def key_of(rate: Decimal) -> int:
    """The key for goods sold at this rate: the same for the same rate in every export."""
    return KEYS.get(rate) or OWN + int(rate * IN_HUNDRED_THOUSANDTHS)


def rate_of(key: int) -> Decimal:
    return RATES[key] if key in RATES else Decimal(key - OWN) / IN_HUNDRED_THOUSANDTHS


def name_of(key: int) -> str:
    return NAMES.get(key) or _("Rate of %(rate)s") % {"rate": percent(rate_of(key))}
