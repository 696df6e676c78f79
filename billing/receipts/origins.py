"""The lines that were sold, by the lines that take them back."""

from collections.abc import Iterable, Mapping

from billing.models import Bill, BillKind, BillLine

Origins = Mapping[int, tuple[str, int]]  # id of the line sold -> number of its bill, position there


def of(bills: Iterable[Bill]) -> Origins:
    """One statement for any number of refunds, none where there is no refund."""
    sold = {
        line.original_id
        for bill in bills
        if bill.kind == BillKind.REFUND
        for line in bill.lines.all()
        if line.original_id is not None
    }
    if not sold:
        return {}
    found = BillLine.objects.filter(pk__in=sold).values_list("pk", "bill__number", "position")
    return {pk: (number, position) for pk, number, position in found}
