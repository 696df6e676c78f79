"""The coins and notes to count, and the amounts customers usually hand over."""

from decimal import ROUND_CEILING, Decimal

from pos.money import ZERO, cash_step, rounded

LARGEST_IN_STEPS = 50_000


def denominations() -> list[Decimal]:
    """The usual coins and notes: steps of 1, 2 and 5 upwards from the smallest coin, largest first."""
    step = cash_step()
    found, face = [], step
    for power in range(6):
        for digit in (1, 2, 5):
            face = digit * Decimal(10) ** power * unit(step)
            if step <= face <= LARGEST_IN_STEPS * step:
                found.append(rounded(face))
    return sorted(found, reverse=True)


def unit(step: Decimal) -> Decimal:
    """The power of ten at or below the step: 0.01 for 0.05."""
    return Decimal(1).scaleb(step.adjusted())


def quick_cash(due: Decimal) -> list[Decimal]:
    """The exact amount, then up to four round amounts above it."""
    if due <= ZERO:
        return []
    smallest = (100 if due < 500 * unit(cash_step()) else 500) * unit(cash_step())
    notes = [note for note in reversed(denominations()) if note >= smallest]
    above = {(due / note).to_integral_value(ROUND_CEILING) * note for note in notes}
    return [due, *[rounded(amount) for amount in sorted(above) if amount > due][:4]]
