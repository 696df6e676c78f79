"""What is signed, in the words of DSFinV-K's annex I: what each of five tax rates came to, and what was paid in cash
and not."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from billing.models import STORED_VALUE, Bill, CashMovement, StoredValueEntry, TenderKind
from billing.receipts.signing.device import Process
from pos.money import ZERO

RECEIPT = "Kassenbeleg-V1"
RATES = tuple(map(Decimal, ("0.19", "0.07", "0.107", "0.055")))
CASH, CASHLESS = "Bar", "Unbar"


Deed = Bill | CashMovement | StoredValueEntry


def of(deed: Deed) -> Process:
    match deed:
        case Bill():
            return Process(deed.register.code, RECEIPT, data(deed))
        case CashMovement():
            return Process(deed.shift.register.code, RECEIPT, untaxed(deed.amount, CASH))
    assert deed.shift
    assert deed.tender
    way = CASH if deed.tender.kind == TenderKind.CASH else CASHLESS
    return Process(deed.shift.register.code, RECEIPT, untaxed(deed.amount, way))


def untaxed(amount: Decimal, way: str) -> str:
    return beleg([ZERO] * len(RATES) + [amount], {way: amount})


def data(bill: Bill) -> str:
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
    return beleg(sums, paid)


def beleg(sums: Iterable[Decimal], paid: Mapping[str, Decimal]) -> str:
    """`Beleg^19_7_10.7_5.5_0^paid:Bar`. The last of the five holds all that has none of the four rates."""
    told = [f"{amount:.2f}:{way}" for way, amount in paid.items() if amount] or [f"0.00:{CASHLESS}"]
    return f"Beleg^{'_'.join(f'{amount:.2f}' for amount in sums)}^{'_'.join(told)}"
