"""One question: which measures, by what, of which days, of which bills. Every page and the API ask it here.

Closed days are answered by their kept sums, today and days that wait to be made anew by the bills, in one statement.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from django.utils.timezone import get_current_timezone_name
from django.utils.translation import gettext_lazy as _

from inventory.models import Category
from pos.errors import Invalid
from pos.money import ZERO
from pos.postgres.standby import connection
from reports.figures.dimensions import DIMENSIONS, Dimension
from reports.figures.measures import ALL, MEASURES, Measure, Sums
from reports.figures.periods import Period
from reports.rollups import freshness
from reports.rollups.freshness import Cover, Span
from reports.rollups.sources import DAY, MEMBERS, MONTH, PRODUCTS, RATES, TAKINGS, TENDERS, UNTIL, Kept, Source
from reports.rollups.until import IS_MONTHLY

OF_LINES, OF_MEMBERS = {"rate", "product"}, {"member", "month", "day"}
APART = _("A payment is for a whole bill: it cannot be split by goods or tax rates.")
MEMBERS_APART = _("With other filters members are told apart for a year at most: choose fewer days, or one member.")
MOST_DAYS_BY_MEMBER = 366
NOTHING: Sums = {}
FIRST = """
    SELECT key FROM ({rows}) r WHERE {only} ORDER BY {order} NULLS LAST, revenue DESC, key LIMIT %(most)s + 1
"""
# With those of other days, for which there may be nothing in these. OFFSET 0 has each sum worked out once, not again at
# each place that names it
EITHER = "SELECT key, {sums} FROM ({now}) n FULL JOIN ({then}) t USING (key) OFFSET 0"
# What was sold between two days is the sums until the second less those until the first, which is the first of a month
BETWEEN = f"""
    SELECT {{columns}} {{sums}} FROM {{table}} e
      LEFT JOIN {{table}} s
             ON s.until = (SELECT max(until) FROM reports_rolleduntil
                            WHERE until <= %(since)s AND {IS_MONTHLY.format(until="until")}) AND {{same}}
     WHERE e.until = %(until)s AND e.months > coalesce(s.months, 0)
"""
OF_CATEGORIES = """
    SELECT c.*, coalesce(p.category_id, 0) AS category FROM ({read}) c LEFT JOIN inventory_product p ON p.id = c.product
"""
# The sums of years have one row for each key: they need no grouping
JOINED = "SELECT key, {sums} FROM ({years}) y FULL JOIN ({others}) o USING (key) OFFSET 0"


@dataclass(frozen=True, slots=True)
class Question:
    """`filters` are values of dimensions by name; a category includes those below it. `by` may be none: one row.
    `wanted` are the measures to read; without it all sums are."""

    period: Period
    by: Dimension | None = None
    filters: Mapping[str, Any] = field(default_factory=dict)
    wanted: Sequence[Measure] = ()

    @property
    def columns(self) -> set[str]:
        """What the rows must have, to be split and filtered so."""
        asked = [DIMENSIONS[name] for name in self.filters] + ([self.by] if self.by else [])
        return {dimension.column for dimension in asked}

    @property
    def source(self) -> Source:
        if "member" in self.columns and self.columns <= OF_MEMBERS:
            return MEMBERS
        if "member" in self.columns and not self.filters.get("member") and self.period.length > MOST_DAYS_BY_MEMBER:
            raise Invalid("by", MEMBERS_APART, "too_many_days")
        if "tender" in self.columns:
            if self.columns & OF_LINES:
                raise Invalid("by", APART, "tender_apart")
            return TENDERS
        if "product" in self.columns:
            return PRODUCTS
        return RATES if "rate" in self.columns else TAKINGS

    @property
    def measures(self) -> list[Measure]:
        """Those that can be said of it: a product has no bills of its own, a payment no tax."""
        known = set(self.source.sums)
        return [measure for measure in self.wanted or ALL if known.issuperset(measure.of)]

    @property
    def sums(self) -> tuple[str, ...]:
        """What is read of each row."""
        if not self.wanted:
            return self.source.sums
        needed = {name for measure in self.measures for name in measure.of}
        return tuple(name for name in self.source.sums if name in needed)

    @property
    def whole(self) -> "Question":
        """The same, not split."""
        return replace(self, by=None, wanted=self.measures)


@dataclass(frozen=True, slots=True)
class Answer:
    """`some` are the keys of its rows where not all were read."""

    question: Question
    rows: Mapping[Any, Sums]
    some: Collection[Any] | None = None

    @property
    def total(self) -> Sums:
        """Of all rows: bills add up to the same however they are split."""
        if self.some is not None:
            return answer(self.question.whole).total
        return added(self.question.sums, self.rows.values())


def added(names: Iterable[str], rows: Iterable[Sums]) -> Sums:
    total = dict.fromkeys(names, ZERO)
    for sums in rows:
        for name, amount in sums.items():
            total[name] += amount
    return total


def answer(question: Question, some: Collection[Any] | None = None, *, from_bills: bool = False) -> Answer:
    """Of the rows of some keys, or of all. `from_bills` reads no kept sums: what the others have to agree with."""
    asked: dict[str, Any] = {}
    sql, names = statement(question, asked, some, from_bills=from_bills), question.sums
    with connection.cursor() as cursor:
        cursor.execute(sql, asked)
        rows = {row[0]: dict(zip(names, map(Decimal, row[1:]), strict=True)) for row in cursor.fetchall()}
    return Answer(question, below(question, rows) if question.by is DIMENSIONS["category"] else rows, some)


def first(
    question: Question, order: Measure, rising: bool, most: int, earlier: Period | None
) -> tuple[list[Any], bool]:
    """The keys of its first rows by a measure, and whether there are more, those of the earlier days among them. Of
    members and goods there may be too many to read: the database puts them in order, and reads only what that takes."""
    question = replace(question, wanted=(order, MEASURES["revenue"]))
    asked: dict[str, Any] = {"most": most}
    rows = statement(question, asked)
    by = f"{order.sql} {'ASC' if rising else 'DESC'}"
    if earlier and not rising:  # what the earlier days alone have is nothing here: it comes after all that is more
        found = keys(FIRST.format(rows=rows, only=f"{order.sql} > 0", order=by), asked)
        if len(found) > most:
            return found[:most], True
    if earlier:
        rows = beside(question, rows, earlier, asked)
    found = keys(FIRST.format(rows=rows, only="true", order=by), asked)
    return found[:most], len(found) > most


def beside(question: Question, rows: str, earlier: Period, asked: dict[str, Any]) -> str:
    """The question's rows, and with nothing in them those that only the earlier days have."""
    then: dict[str, Any] = {}
    others = statement(replace(question, period=earlier), then).replace("%(", "%(then_")
    asked |= {f"then_{name}": value for name, value in then.items()}
    sums = ", ".join(f"coalesce(n.{name}, 0) AS {name}" for name in question.sums)
    return EITHER.format(sums=sums, now=rows, then=others)


def keys(sql: str, asked: Mapping[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, asked)
        return [key for (key,) in cursor.fetchall()]


def statement(
    question: Question, asked: dict[str, Any], some: Collection[Any] | None = None, *, from_bills: bool = False
) -> str:
    """Its rows, or those of some keys, are the `key` and the sums by name; adds what it asks with to `asked`."""
    asked["zone"] = get_current_timezone_name()
    source, columns, by = question.source, question.columns, question.by
    those = where(question, asked)
    if some is not None and by:  # by its column, so that an index serves; 0 is none
        asked["some"] = list(some)
        those += f" AND ({by.column} = ANY(%(some)s){f' OR {by.column} IS NULL' if 0 in some else ''})"
    found = cover(question, from_bills=from_bills)
    years = found.kept.get(UNTIL)
    if years and by and source.until and source.until.keys == (UNTIL, by.column):
        of_years = from_years(source, source.until, columns, years[0], asked)
        of_years = f"SELECT {by.column} AS key, {', '.join(question.sums)} FROM ({of_years}) y WHERE {those}"
        others = union(source, columns, replace(found, kept={**found.kept, UNTIL: []}), asked)
        sums = ", ".join(f"coalesce(y.{name}, 0) + coalesce(o.{name}, 0) AS {name}" for name in question.sums)
        return JOINED.format(sums=sums, years=of_years, others=grouped(question, others, those)) if others else of_years
    return grouped(question, union(source, columns, found, asked), those)


def grouped(question: Question, read: str, those: str) -> str:
    key = question.by.key if question.by else "1"
    sums = ", ".join(f"coalesce(sum({name}), 0) AS {name}" for name in question.sums)
    if question.by is DIMENSIONS["category"]:
        read = OF_CATEGORIES.format(read=read)
    return f"SELECT {key} AS key, {sums} FROM ({read}) u WHERE {those} GROUP BY 1"


def union(source: Source, columns: set[str], cover: Cover, asked: dict[str, Any]) -> str:
    """Kept sums and bills, one below the other."""
    parts = [
        from_kept(source, kept, columns, spans, asked)
        for length in (DAY, MONTH)
        if (spans := cover.kept.get(length)) and (kept := source.of(length, columns - set(source.latest)))
    ]
    if source.until and (years := cover.kept.get(UNTIL)):
        parts.append(from_years(source, source.until, columns, years[0], asked))
    return " UNION ALL ".join([*parts, *([live(source, columns, cover.live, asked)] if cover.live else [])])


def cover(question: Question, *, from_bills: bool = False) -> Cover:
    source, columns = question.source, question.columns
    tables = [*source.kept, *([source.until] if source.until else [])]
    if source.totals and columns <= source.totals.columns:  # fewer rows than the months have
        tables = [source.totals]
    lengths = [kept.length for kept in tables if not from_bills and columns <= kept.columns]
    return freshness.cover(question.period.start, question.period.end, lengths)


def from_kept(source: Source, kept: Kept, columns: set[str], spans: list[Span], asked: dict[str, Any]) -> str:
    days = within(kept.length, spans, asked, kept.length)
    return f"SELECT {selected(columns, kept.length)} {', '.join(source.sums)} FROM {kept.table} WHERE {days}"


def from_years(source: Source, kept: Kept, columns: set[str], years: Span, asked: dict[str, Any]) -> str:
    asked["since"], asked["until"] = years
    return BETWEEN.format(
        columns="".join(f"e.{column}, " for column in sorted(columns)),
        sums=", ".join(f"e.{name} - coalesce(s.{name}, 0) AS {name}" for name in source.sums),
        table=kept.table,
        same=" AND ".join(f"s.{key} = e.{key}" for key in kept.keys[1:]),
    )


def live(source: Source, columns: set[str], spans: list[Span], asked: dict[str, Any], name: str = "live") -> str:
    facts = source.facts.format(days=within("b.business_date", spans, asked, name))
    return f"SELECT {selected(columns, DAY)} {', '.join(source.sums)} FROM ({facts}) f"


def selected(columns: set[str], length: str) -> str:
    month = "date_trunc('month', day)::date AS month" if length == DAY else MONTH
    return "".join(f"{month if column == MONTH else column}, " for column in sorted(columns))


def within(column: str, spans: list[Span], asked: dict[str, Any], name: str) -> str:
    found = []
    for place, (start, end) in enumerate(spans):
        asked |= {f"{name}{place}start": start, f"{name}{place}end": end}
        found.append(f"({column} >= %({name}{place}start)s AND {column} < %({name}{place}end)s)")
    return f"({' OR '.join(found)})"


def where(question: Question, asked: dict[str, Any]) -> str:
    found = ["true"]
    for name, value in question.filters.items():
        asked[f"only_{name}"] = value
        if name == "member" and value:  # by its column, so that the index of a member's bills serves
            found.append("member = %(only_member)s")
        elif name != "category":
            found.append(f"{DIMENSIONS[name].key} = %(only_{name})s")
        elif value:
            asked["only_category"] = sorted(family(value, children()))
            found.append(
                "product IN (SELECT id FROM inventory_product WHERE category_id = ANY(%(only_category)s::bigint[]))"
            )
        else:
            del asked["only_category"]
            found.append("product IN (SELECT id FROM inventory_product WHERE category_id IS NULL)")
    return " AND ".join(found)


def children() -> dict[int, list[int]]:
    """The categories below each; those at the top are below 0."""
    found: dict[int, list[int]] = {}
    for pk, parent in Category.objects.values_list("pk", "parent_id"):
        found.setdefault(parent or 0, []).append(pk)
    return found


def family(category: int, below_it: Mapping[int, list[int]]) -> set[int]:
    found, waiting = {category}, [category]
    while waiting:
        new = set(below_it.get(waiting.pop(), [])) - found
        found |= new
        waiting += new
    return found


def below(question: Question, rows: Mapping[Any, Sums]) -> dict[Any, Sums]:
    """A row for each category at the top, or below the one that is asked for, with all that is below it; what is in
    that one itself stays its own row."""
    below_it = children()
    top = question.filters.get("category", 0)
    shelf = {pk: child for child in below_it.get(top, []) for pk in family(child, below_it)}
    found: dict[Any, list[Sums]] = {}
    for category, sums in rows.items():
        found.setdefault(shelf.get(category, category), []).append(sums)
    return {category: added(question.sums, parts) for category, parts in found.items()}
