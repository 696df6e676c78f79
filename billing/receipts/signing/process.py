"""A bill in the words of DSFinV-K's annex I: what each of five tax rates came to, and what was paid in cash and not."""

from decimal import Decimal

from billing.models import STORED_VALUE, Bill, TenderKind
from billing.receipts.signing.device import Process
from pos.money import ZERO

RECEIPT = "Kassenbeleg-V1"
RATES = tuple(map(Decimal, ("0.19", "0.07", "0.107", "0.055")))
CASH, CASHLESS = "Bar", "Unbar"


def of_bill(bill: Bill) -> Process:
    return Process(bill.register.code, RECEIPT, data(bill))


def data(bill: Bill) -> str:
    """`Beleg^19_7_10.7_5.5_0^paid:Bar`. The last of the five holds all that has none of the four rates."""
    sums = [ZERO] * (len(RATES) + 1)
    for row in bill.taxes.all():
        sums[RATES.index(row.rate) if row.rate in RATES else -1] += row.base + row.tax
    paid = {CASH: -bill.change, CASHLESS: ZERO}
    sums[-1] += bill.cards_sold + bill.cash_rounding - bill.points_spent
    for payment in bill.payments.all():
        if payment.method.kind in STORED_VALUE:
            sums[-1] -= payment.amount
        else:
            paid[CASH if payment.method.kind == TenderKind.CASH else CASHLESS] += payment.amount
    told = [f"{amount:.2f}:{way}" for way, amount in paid.items() if amount] or [f"0.00:{CASHLESS}"]
    return f"Beleg^{'_'.join(f'{amount:.2f}' for amount in sums)}^{'_'.join(told)}"
