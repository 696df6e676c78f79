"""Turns an approval into a sentence from the facts of its request, for the till, the phone and the trail.

Facts may come from any program: if they are missing, malformed, huge or nested, the action's plain name is used.
"""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.approvals.facts import LONGEST_NAME, LONGEST_REASON, MOST_NAMES, UNREADABLE, Facts, short, some, within
from accounts.models import Action
from pos.money import MOST_QUANTITY
from pos.templatetags.money import money, quantity

DAMAGED, POSITION = ", damaged", re.compile(r"^\d+: ")
PAPERS = {"receipt": gettext_lazy("receipt"), "gift": gettext_lazy("gift receipt"), "invoice": gettext_lazy("invoice")}
PER_CENT = {Action.LINE_DISCOUNT, Action.BILL_DISCOUNT, Action.PRICE_OVERRIDE, Action.BELOW_COST}
WITHOUT_MEASURE = {Action.VIP, Action.OTHERS_DRAWER}
COUNTED = {Action.NO_SALE, Action.REPRINT, Action.LATE_REFUND, Action.WEIGHT_BY_HAND}
NEVER_TOLD_AT_A_TILL = {Action.BELOW_COST}  # would reveal what goods cost


Sentence = Callable[[Facts, Decimal], str]


def of(action: str, size: Decimal, facts: Any) -> str:
    known = Action(action)
    try:
        return SENTENCES[known](Facts(facts), size)
    except UNREADABLE:
        return plain(known, size)


def at_till(action: str, size: Decimal, facts: Any) -> str:
    """The sentence as the cashier may read it, without what goods cost."""
    return Action(action).spoken if action in NEVER_TOLD_AT_A_TILL else of(action, size, facts)


def plain(action: Action, size: Decimal) -> str:
    if action in WITHOUT_MEASURE:
        return action.spoken
    return _("%(action)s: %(size)s") % {"action": action.spoken, "size": measured(action, size)}


def measured(action: Action, size: Decimal) -> str:
    if action in PER_CENT:
        return _("%(percent)s %%") % {"percent": quantity(size)}
    return quantity(size) if action in COUNTED else money(size)


def because(sentence: str, facts: Facts) -> str:
    try:
        return _("%(sentence)s (%(reason)s)") % {"sentence": sentence, "reason": facts.text("reason", LONGEST_REASON)}
    except UNREADABLE:
        return sentence


def items(names: list[str], number: int) -> str:
    told = {"number": number, "names": some(names, number)}
    return ngettext("%(number)s item: %(names)s", "%(number)s items: %(names)s", number) % told


def goods(facts: Facts) -> str:
    """Goods of a refund, read from rows like "1: 5 x Green tea, damaged"."""
    rows = facts.several("goods")
    return some((brought(short(row, 2 * LONGEST_NAME)) for row in rows[:MOST_NAMES]), len(rows))


def brought(row: str) -> str:
    what = POSITION.sub("", row)
    if not what.endswith(DAMAGED):
        return what
    return _("%(goods)s, damaged") % {"goods": what.removesuffix(DAMAGED)}


def off(facts: Facts) -> str:
    percent, amount = facts.number("discount_percent"), facts.number("discount_amount")
    return taken_off(percent, amount)


def taken_off(percent: Decimal, amount: Decimal) -> str:
    told = {"percent": quantity(percent), "amount": money(amount)}
    if percent and amount:
        return _("%(percent)s %% and %(amount)s") % told
    return _("%(percent)s %%") % told if percent else str(told["amount"])


def item(facts: Facts) -> dict[str, str]:
    told = {name: facts.money(name) for name in ("list_price", "unit_price")}
    return {**told, "quantity": facts.quantity("quantity"), "name": facts.text("name")}


def of_lines(one: Sentence, many: Callable[[], str]) -> Sentence:
    """Uses `one` for a single line and `many` for several: a sale asks once, with the largest size of its lines."""

    def sentence(facts: Facts, size: Decimal) -> str:
        if "lines" not in facts.facts:
            return one(facts, size)
        rows = facts.rows("lines")
        if len(rows) == 1:
            return one(rows[0], size)
        names = [row.text("name") for row in rows[:MOST_NAMES]]
        return many() % {"size": quantity(size), "amount": money(size), "items": items(names, len(rows))}

    return sentence


def line_discount(facts: Facts, size: Decimal) -> str:
    return _("%(off)s off %(quantity)s × %(name)s at %(unit_price)s") % {**item(facts), "off": off(facts)}


def price_override(facts: Facts, size: Decimal) -> str:
    return _("%(quantity)s × %(name)s at %(unit_price)s instead of %(list_price)s") % item(facts)


def open_price(facts: Facts, size: Decimal) -> str:
    return _("%(quantity)s × %(name)s at %(unit_price)s, a price typed by hand") % item(facts)


def below_cost(facts: Facts, size: Decimal) -> str:
    told = {**item(facts), "size": quantity(size)}
    if not facts.number("discount_percent") and not facts.number("discount_amount"):
        return _("%(quantity)s × %(name)s at %(unit_price)s, %(size)s %% below cost") % told
    told["off"] = off(facts)
    return _("%(off)s off %(quantity)s × %(name)s at %(unit_price)s, %(size)s %% below cost") % told


def bill_discount(facts: Facts, size: Decimal) -> str:
    told = {"off": taken_off(facts.number("percent"), facts.number("amount")), "worth": facts.money("worth")}
    return _("%(off)s off %(worth)s, %(items)s") % {**told, "items": of_basket(facts)}


def of_basket(facts: Facts) -> str:
    names = [short(name, LONGEST_NAME) for name in facts.several("goods")[:MOST_NAMES]]
    return items(names, int(facts.number("items", MOST_QUANTITY)))


def weight_by_hand(facts: Facts, size: Decimal) -> str:
    return _("%(weight)s kg of %(name)s, typed by hand") % {
        "weight": facts.quantity("weight"),
        "name": facts.text("name"),
    }


def void_line(facts: Facts, size: Decimal) -> str:
    told = {"quantity": facts.quantity("removed"), "name": facts.text("name"), "amount": money(size)}
    return _("%(quantity)s × %(name)s taken out of the basket, %(amount)s by now") % told


def drop_basket(facts: Facts, size: Decimal) -> str:
    return _("Basket of %(amount)s given up, %(items)s") % {"amount": money(size), "items": of_basket(facts)}


def refund(facts: Facts, size: Decimal) -> str:
    told = {"amount": money(size), "bill": facts.text("bill"), "goods": goods(facts)}
    return because(_("%(amount)s back for %(bill)s: %(goods)s") % told, facts)


def late_refund(facts: Facts, size: Decimal) -> str:
    days = int(within(size, MOST_QUANTITY))
    told = {"days": days, "bill": facts.text("bill"), "goods": goods(facts)}
    sentence = ngettext(
        "Refund for %(bill)s, %(days)s day late: %(goods)s", "Refund for %(bill)s, %(days)s days late: %(goods)s", days
    )
    return because(sentence % told, facts)


def refund_without_receipt(facts: Facts, size: Decimal) -> str:
    told = {"amount": money(size), "goods": goods(facts)}
    return because(_("%(amount)s of store credit without a receipt: %(goods)s") % told, facts)


def refunds_together(facts: Facts, size: Decimal) -> str:
    told = {"amount": money(size), "refund": refund_in_words(facts)}
    return because(_("%(refund)s; with earlier refunds %(amount)s") % told, facts)


def refund_in_words(facts: Facts) -> str:
    if "bill" not in facts.facts:
        return _("Back without a receipt: %(goods)s") % {"goods": goods(facts)}
    return _("Back for %(bill)s: %(goods)s") % {"bill": facts.text("bill"), "goods": goods(facts)}


def pay_out(facts: Facts, size: Decimal) -> str:
    return because(of_drawer(_("%(amount)s out of the drawer") % {"amount": money(size)}, facts), facts)


def drop(facts: Facts, size: Decimal) -> str:
    return because(of_drawer(_("%(amount)s from the drawer into the safe") % {"amount": money(size)}, facts), facts)


def cash_out_together(facts: Facts, size: Decimal) -> str:
    told = {"amount": facts.money("amount"), "together": money(size)}
    sentence = _("%(amount)s out of the drawer; with earlier pay-outs and drops %(together)s") % told
    return because(of_drawer(sentence, facts), facts)


def others_drawer(facts: Facts, size: Decimal) -> str:
    if "counted" in facts.facts:
        told = {"register": facts.text("register"), "counted": facts.money("counted")}
        sentence = _("Drawer of %(register)s counted at %(counted)s") % told
    else:
        sentence = _("%(amount)s out of the drawer") % {"amount": facts.money("amount")}
    return because(of_drawer(sentence, facts), facts)


def of_drawer(sentence: str, facts: Facts) -> str:
    """Adds whose shift the drawer belongs to, if it is not the asker's."""
    if "drawer_of" not in facts.facts:
        return sentence
    return _("%(sentence)s, in the shift of %(name)s") % {"sentence": sentence, "name": facts.text("drawer_of")}


def no_sale(facts: Facts, size: Decimal) -> str:
    times = int(within(size, MOST_QUANTITY))
    sentence = ngettext(
        "Drawer opened without a sale, %(times)s time in this shift",
        "Drawer opened without a sale, %(times)s times in this shift",
        times,
    )
    return because(sentence % {"times": times}, facts)


def cash_difference(facts: Facts, size: Decimal) -> str:
    told = {"register": facts.text("register"), "counted": facts.money("counted"), "amount": money(size)}
    sentence = _("Drawer of %(register)s counted at %(counted)s, %(amount)s off") % told
    return because(of_drawer(sentence, facts), facts)


def points_adjustment(facts: Facts, size: Decimal) -> str:
    told = {"amount": facts.quantity("amount"), "member": facts.text("member")}
    return because(_("Points of %(member)s corrected by %(amount)s") % told, facts)


def vip(facts: Facts, size: Decimal) -> str:
    return because(_("VIP given to %(member)s or taken, without the PIN") % {"member": facts.text("member")}, facts)


def reprint(facts: Facts, size: Decimal) -> str:
    told = {"paper": PAPERS[facts.text("kind")], "bill": facts.text("bill"), "times": quantity(size)}
    return _("%(bill)s printed again: %(paper)s, copy %(times)s") % told


def sell_without_stock(facts: Facts, size: Decimal) -> str:
    rows = facts.rows("lines")
    told = {"goods": some((missing(row) for row in rows[:MOST_NAMES]), len(rows)), "amount": money(size)}
    return _("%(goods)s, though stock says none is left, %(amount)s") % told


def missing(row: Facts) -> str:
    told = {"quantity": row.quantity("oversold"), "name": row.text("name")}
    if row.facts.get("sold_by") == "weight":
        return _("%(quantity)s kg of %(name)s") % told
    return _("%(quantity)s × %(name)s") % told


SENTENCES: dict[Action, Sentence] = {
    Action.LINE_DISCOUNT: of_lines(line_discount, lambda: _("Up to %(size)s %% off, %(items)s")),
    Action.PRICE_OVERRIDE: of_lines(price_override, lambda: _("Up to %(size)s %% below the list, %(items)s")),
    Action.BELOW_COST: of_lines(below_cost, lambda: _("Up to %(size)s %% below cost, %(items)s")),
    Action.OPEN_PRICE: of_lines(open_price, lambda: _("Prices typed by hand up to %(amount)s, %(items)s")),
    Action.BILL_DISCOUNT: bill_discount,
    Action.WEIGHT_BY_HAND: weight_by_hand,
    Action.VOID_LINE: void_line,
    Action.DROP_BASKET: drop_basket,
    Action.REFUND: refund,
    Action.LATE_REFUND: late_refund,
    Action.REFUND_WITHOUT_RECEIPT: refund_without_receipt,
    Action.REFUNDS_TOGETHER: refunds_together,
    Action.PAY_OUT: pay_out,
    Action.DROP: drop,
    Action.CASH_OUT_TOGETHER: cash_out_together,
    Action.OTHERS_DRAWER: others_drawer,
    Action.NO_SALE: no_sale,
    Action.CASH_DIFFERENCE: cash_difference,
    Action.POINTS_ADJUSTMENT: points_adjustment,
    Action.VIP: vip,
    Action.REPRINT: reprint,
    Action.SELL_WITHOUT_STOCK: sell_without_stock,
}
