"""The accounts of the journal: what each is for, the numbers of SKR03 and SKR04, and the numbers the shop uses."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts import trail
from accounts.models import User
from billing.models import IMPORTED, Tender, TenderKind
from inventory.models import TaxRate
from pos.errors import Invalid
from pos.templatetags.money import percent
from reports.models import AccountNumber

SKR03, SKR04 = "skr03", "skr04"
CHARTS = {SKR03: "SKR03", SKR04: "SKR04"}
LIFTED = "40"  # DATEV's key that stops an account from working out its tax by itself
OWN_ACCOUNT = (TenderKind.CASH, TenderKind.GIFT_CARD, TenderKind.STORE_CREDIT, TenderKind.EXCHANGE)


@dataclass(frozen=True, slots=True)
class Role:
    """One kind of amount, and its number in each set."""

    code: str
    label: str | Promise
    skr03: str
    skr04: str
    key: str = ""

    def number(self, chart: str) -> str:
        return self.skr04 if chart == SKR04 else self.skr03


ROLES = {
    role.code: role
    for role in (
        Role("cash", _("Cash in the drawers"), "1000", "1600"),
        Role("safe", _("Safe and cash on its way"), "1360", "1460"),
        Role("tender", _("Other ways to pay"), "1361", "1461"),
        Role("gift_card", _("Gift cards owed"), "1700", "3500"),
        Role("store_credit", _("Store credit owed"), "1701", "3501"),
        Role("points", _("Points owed"), "0970", "3070"),
        Role("points_granted", _("Points granted"), "8770", "4770"),
        Role("cards_corrected", _("Corrections of gift cards and store credit"), "2310", "6310"),
        Role("revenue", _("Revenue"), "8200", "4200"),
        Role("tax", _("Tax"), "1770", "3800"),
        Role("rounding", _("Cash rounding"), "2701", "4831"),
        Role("over", pgettext_lazy("of a count", "Over"), "2700", "4830"),
        Role("short", pgettext_lazy("of a count", "Short"), "2300", "6300"),
        Role("pay_in", _("Pay-ins"), "1890", "2180"),
        Role("pay_out", _("Pay-outs"), "4980", "6850"),
        Role("cost", _("Cost of goods sold"), "3960", "5880"),
        Role("damaged", _("Goods that came back damaged"), "3961", "5881"),
        Role("goods", _("Stock of goods"), "3980", "1140"),
    )
}
# The accounts of German tax rates; other rates begin with the account of their role.
GERMAN = {
    ("revenue", "0.19"): ("8400", "4400", LIFTED),
    ("revenue", "0.07"): ("8300", "4300", LIFTED),
    ("revenue", "0"): ("8100", "4100", ""),
    ("tax", "0.19"): ("1776", "3806", ""),
    ("tax", "0.07"): ("1771", "3801", ""),
}
# Who the file of DATEV is for; they are numbers as well, and edited with the accounts.
DATEV = {
    "consultant": (_("Number of the tax consultant"), "1001"),
    "client": (_("Number as the consultant's client"), "1"),
    "year_begins": (_("Month in which the fiscal year begins"), "1"),
}


NUMBER, KEY = re.compile(r"[0-9]{3,8}"), re.compile(r"[0-9]{0,4}")
LIMITS = {"year_begins": (1, 12), "consultant": (1001, 9_999_999), "client": (1, 99_999)}


@dataclass(frozen=True, slots=True)
class Account:
    role: str
    detail: str
    number: str
    tax_key: str = ""

    @property
    def label(self) -> str:
        if self.role in DATEV:
            return str(DATEV[self.role][0])
        return spoken(self.role, self.detail)


def spoken(role: str, detail: str = "") -> str:
    """What an account is called, "Revenue at 19 %" for example."""
    label = str(ROLES[role].label)
    if not detail:
        return label
    if role == "tender":
        tender = Tender.objects.filter(pk=detail).first()
        return str(tender or detail)
    return gettext("%(account)s at %(rate)s") % {"account": label, "rate": percent(Decimal(detail))}


def rate_detail(rate: Decimal) -> str:
    return f"{rate.normalize():f}"


def begun(role: str, detail: str, chart: str) -> Account:
    """The account a set of numbers begins with."""
    if role in DATEV:
        return Account(role, "", DATEV[role][1])
    if found := GERMAN.get((role, detail)):
        return Account(role, detail, found[chart == SKR04], found[2])
    return Account(role, detail, ROLES[role].number(chart), ROLES[role].key)


class Numbers:
    """The numbers in use. What the shop has not numbered yet has the number of its role, or SKR03's."""

    def __init__(self) -> None:
        rows = AccountNumber.objects.all()
        self.kept = {(row.role, row.detail): Account(row.role, row.detail, row.number, row.tax_key) for row in rows}

    def of(self, role: str, detail: str = "") -> Account:
        found = self.kept.get((role, detail))
        if found is None and detail and (role, detail) not in GERMAN:
            found = self.kept.get((role, ""))
        return found or begun(role, detail, SKR03)


def wanted() -> Iterable[tuple[str, str]]:
    """Each account the shop needs: with a detail for its ways to pay and its tax rates."""
    rates = {rate_detail(rate) for rate in TaxRate.objects.values_list("rate", flat=True)} | {"0"}
    details = {
        "tender": list(Tender.objects.exclude(kind__in=OWN_ACCOUNT).exclude(pk=IMPORTED).values_list("pk", flat=True)),
        "revenue": sorted(rates, key=Decimal, reverse=True),
        "tax": sorted(rates - {"0"}, key=Decimal, reverse=True),
    }
    for role in ROLES:
        yield from ((role, detail) for detail in details.get(role, []))
        yield role, ""


def edited(chart: str | None = None) -> list[Account]:
    """All rows of the table a manager edits, with the numbers in use or those of a set."""
    numbers = Numbers()
    places = [*wanted(), *((name, "") for name in DATEV)]
    if chart:
        return [begun(*place, chart) if place[0] in ROLES else numbers.of(*place) for place in places]
    return [numbers.of(*place) for place in places]


def check(role: str, number: str, key: str) -> None:
    if role in DATEV:
        least, most = LIMITS[role]
        if key or not (number.isascii() and number.isdecimal() and len(number) < 8 and least <= int(number) <= most):
            refusal = _("A number from %(least)s to %(most)s, without a tax key.")
            raise Invalid("number", refusal % {"least": least, "most": most})
    elif not NUMBER.fullmatch(number):
        raise Invalid("number", _("An account number has three to eight digits."))
    elif not KEY.fullmatch(key):
        raise Invalid("tax_key", _("Up to four digits."))


@transaction.atomic
def enter(numbers: Mapping[tuple[str, str], tuple[str, str]], *, by: User) -> None:
    """Sets account numbers and tax keys. Days already handed over keep theirs."""
    before, places = Numbers(), {(account.role, account.detail) for account in edited()}
    changed = {}
    for (role, detail), (number, key) in numbers.items():
        if (role, detail) not in places:
            raise Invalid("role", _("The journal has no such account."), "unknown_account")
        check(role, number, key)
        old = before.of(role, detail)
        if (old.number, old.tax_key) != (number, key):
            changed[f"{role} {detail}".strip()] = [old.number, number]
        AccountNumber.objects.update_or_create(role=role, detail=detail, defaults={"number": number, "tax_key": key})
    if changed:
        trail.record(by, "journal.accounts_changed", "journal", **changed)
