"""Checks the form of an order before anything is looked up."""

from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from billing.order import MOST_LINES, MOST_PAYMENTS, Order, Tendered, Wanted
from pos.cards import refuse_card_number
from pos.checks import check_quantity, check_text
from pos.errors import Invalid
from pos.money import payable

MOST_CARDS = 50


LONGEST_WORDS = 200


def check_shape(order: Order) -> None:
    """Refuses an order that could never be valid."""
    if not order.lines and not order.cards:
        raise Invalid("lines", _("A sale has at least one line."), "empty")
    if len(order.lines) > MOST_LINES:
        raise Invalid("lines", _("A sale has at most %(most)s lines.") % {"most": MOST_LINES}, "too_many")
    for line in order.lines:
        check_line(line)
    check_cards(order.cards)
    check_discount(order.discount_percent, order.discount_amount, "discount")
    if not payable(order.points):
        raise Invalid("points", _("Points are an amount of the shop's currency."))
    if order.points and order.member is None:
        raise Invalid("points", _("Points need the member they belong to."), "member_required")
    check_payments(order.payments)


def check_payments(payments: Sequence[Tendered]) -> None:
    if len(payments) > MOST_PAYMENTS:
        raise Invalid("payments", _("A bill has at most %(most)s payments.") % {"most": MOST_PAYMENTS}, "too_many")
    for payment in payments:
        if not payment.amount or not payable(payment.amount):
            raise Invalid("payments", _("A payment is an amount of the shop's currency, more than zero."))
        refuse_card_number("payments", payment.reference)


def check_cards(amounts: Sequence[Decimal]) -> None:
    if len(amounts) > MOST_CARDS:
        raise Invalid("gift_cards", _("A sale has at most %(most)s gift cards.") % {"most": MOST_CARDS}, "too_many")
    for amount in amounts:
        if not amount or not payable(amount):
            raise Invalid("gift_cards", _("A card holds an amount of the shop's currency, more than zero."))


def check_line(line: Wanted) -> None:
    check_quantity("lines", line.quantity)
    check_discount(line.discount_percent, line.discount_amount, "lines")
    for price in (line.unit_price, line.label_price):
        if price is not None and not payable(price):
            raise Invalid("lines", _("A price is an amount of the shop's currency."))
    if line.unit_price is not None and line.label_price is not None:
        raise Invalid("lines", _("A label's price cannot be changed."))
    for words in (line.note, line.price_reason):
        check_text("lines", words, LONGEST_WORDS, cards_pass=True)


def check_discount(percent: Decimal, amount: Decimal, field: str) -> None:
    if not percent and not amount:
        return
    if not percent.is_finite() or not 0 <= percent <= 100 or percent != round(percent, 2):
        raise Invalid(field, _("A discount is between 0 and 100 per cent."))
    if not payable(amount):
        raise Invalid(field, _("A discount is an amount of the shop's currency."))
