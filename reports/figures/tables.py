"""A report as a table for a file."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from pos.exports import Getter, Table
from pos.money import quantum
from reports.figures.comparing import Report, Row
from reports.figures.measures import COUNT, KILOGRAMS, PERCENT, PIECES, Measure

PLACES = {COUNT: Decimal(1), PIECES: Decimal("0.001"), KILOGRAMS: Decimal("0.001"), PERCENT: Decimal("0.001")}


def shown(measure: Measure, value: Decimal | None) -> Decimal | None:
    """As it is written: money in the currency's decimals."""
    return None if value is None else value.quantize(PLACES.get(measure.shape, quantum()))


def table(report: Report, name: str, heads: Sequence[str], titled: Callable[[Measure, bool], str]) -> Table:
    """`heads` name the columns of code and name; `titled` names a measure's column, and that of the earlier days."""
    columns: list[tuple[str, Getter]] = [
        (heads[0], lambda row: row.named.code),
        (heads[1], lambda row: row.named.name),
    ]
    for measure in report.measures:
        columns.append((titled(measure, False), now(measure)))
        if report.before:
            columns.append((titled(measure, True), then(measure)))
    return Table(name, columns, report.rows)


def now(measure: Measure) -> Callable[[Row], Any]:
    return lambda row: shown(measure, row.figure(measure))


def then(measure: Measure) -> Callable[[Row], Any]:
    return lambda row: shown(measure, row.figure_before(measure))
