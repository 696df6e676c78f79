"""A refund as requested, and its bill: the original's figures, negated."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from uuid import UUID

from billing.counter import Counter
from billing.models import Bill, BillKind, BillTax
from billing.order import Tendered
from billing.returns.refundable import Returned, Share
from billing.returns.tenders_back import Figures, Left
from billing.sale.bill_lines import copied_again, line_of
from billing.sale.bill_writer import Written, heading, payments_of
from pos.money import ZERO, plainly


@dataclass(frozen=True, slots=True)
class Wish:
    """A refund as requested. `payments` are the tenders the money goes back in, with positive amounts."""

    key: UUID
    bill: str
    lines: Sequence[Returned]
    payments: Sequence[Tendered]
    reason: str
    register: str = "API"

    def fingerprint(self, cashier: int) -> bytes:
        asked = {**asdict(self), "cashier": cashier}
        del asked["key"]
        return hashlib.sha256(json.dumps(asked, default=plainly, sort_keys=True).encode()).digest()


@dataclass(frozen=True, slots=True)
class Brought:
    """Returned goods and their share of the bill they were sold on."""

    wish: Wish
    original: Bill
    shares: Sequence[Share]
    figures: Figures
    left: Left


def mirrored(goods: Brought, counter: Counter, *, cash_rounding: Decimal) -> Bill:
    wish, original, shares, figures = goods.wish, goods.original, goods.shares, goods.figures
    return Bill(
        **heading(BillKind.REFUND, counter),
        key=wish.key,
        fingerprint=wish.fingerprint(counter.cashier.pk),
        original=original,
        reason=wish.reason.strip(),
        member_id=original.member_id,
        tax_included=original.tax_included,
        subtotal=-sum((share.net + share.line_discount + share.bill_discount for share in shares), ZERO),
        discount=-sum((share.line_discount + share.bill_discount for share in shares), ZERO),
        vip_discount=-sum((share.vip_discount for share in shares), ZERO),
        manual_discount=-sum((share.manual_discount for share in shares), ZERO),
        tax=-sum((share.tax for share in shares), ZERO),
        total=-figures.total,
        points_spent=-figures.points_back,
        points_earned=-figures.points_taken,
        cash_rounding=-cash_rounding,
        change=ZERO,
    )


def hanging(bill: Bill, shares: Sequence[Share], payments: Sequence[Tendered]) -> Written:
    by_rate: Mapping[Decimal, list[Decimal]] = defaultdict(lambda: [ZERO, ZERO])
    for share in shares:
        sums = by_rate[share.line.tax_rate]
        sums[0] += share.net - (share.tax if bill.tax_included else ZERO)
        sums[1] += share.tax
    return Written(
        lines=[
            line_of(
                bill, n, copied_again(share.line), share.quantity, share, original=share.line, to_shelf=share.to_shelf
            )
            for n, share in enumerate(shares, 1)
        ],
        taxes=[BillTax(bill=bill, rate=rate, base=-base, tax=-tax) for rate, (base, tax) in sorted(by_rate.items())],
        payments=payments_of(bill, [Tendered(p.method, -p.amount, p.reference) for p in payments]),
    )
