"""The list of goods a manager edits: searched as at the till, filtered, and read a page at a time by its key."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F, Func, Q, QuerySet, TextField
from django.db.models.functions import Collate

from inventory.goods import search
from inventory.models import Category, Product
from inventory.shelf import low
from inventory.shelf.costs import IS_AVERAGE

PAGE = 50
# As the index `product_name_folded` has it.
FOLDED = Collate(Func(F("name"), function="shop_fold", output_field=TextField()), "C")
LACKS = {
    "low": low.somewhere(low.LOW),
    "out": low.somewhere(low.OUT),
    "tax": Q(tax_rate=None),
    "barcode": Q(barcodes=None),
}
ON_SALE = {"yes": Q(is_active=True), "no": Q(is_active=False)}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the list shows: `lacks` names one of LACKS, `on_sale` one of ON_SALE; empty shows all."""

    search: str = ""
    category: Category | None = None
    on_sale: str = ""
    lacks: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """`before` and `after` are the products the pages beside this one begin at, None where there is none."""

    rows: Sequence[Product]
    before: int | None
    after: int | None


def rows() -> QuerySet[Product]:
    """With all that a row shows."""
    return (
        Product.objects.select_related("stock")
        .prefetch_related("barcodes", "elsewhere__location")
        .annotate(cost_is_average=IS_AVERAGE)
    )


def listed(asked: Asked) -> QuerySet[Product]:
    found = rows().filter(ON_SALE.get(asked.on_sale, Q()), LACKS.get(asked.lacks, Q()))
    if asked.category:
        found = found.filter(category__in=within(asked.category))
    return found.filter(search.matches(asked.search)) if asked.search.strip() else found


def page(found: QuerySet[Product], *, after: int | None = None, before: int | None = None) -> Page:
    """By name, from the product named on: rows that come or go meanwhile move nothing to another page."""
    ordered = found.alias(folded=FOLDED)
    begin = ordering_of(before or after)
    if before and begin:
        name, pk = begin
        there = ordered.filter(Q(folded__lt=name) | Q(folded=name, pk__lt=pk), folded__lte=name)
        read = list(there.order_by("-folded", "-pk")[: PAGE + 1])
        shown = read[:PAGE][::-1]
        return Page(shown, shown[0].pk if len(read) > PAGE else None, shown[-1].pk if shown else None)
    if begin:
        name, pk = begin
        ordered = ordered.filter(Q(folded__gt=name) | Q(folded=name, pk__gt=pk), folded__gte=name)
    read = list(ordered.order_by("folded", "pk")[: PAGE + 1])
    shown = read[:PAGE]
    return Page(shown, shown[0].pk if begin and shown else None, shown[-1].pk if len(read) > PAGE else None)


def ordering_of(pk: int | None) -> tuple[str, int] | None:
    """Where a product stands in the list; None for one the shop does not have."""
    return Product.objects.filter(pk=pk).values_list(FOLDED, "pk").first() if pk else None


def within(category: Category) -> set[int]:
    """The category and all below it."""
    children: dict[int | None, list[int]] = {}
    for pk, parent in Category.objects.values_list("pk", "parent"):
        children.setdefault(parent, []).append(pk)
    found, waiting = {category.pk}, [category.pk]
    while waiting:
        waiting += (inner := children.get(waiting.pop(), []))
        found.update(inner)
    return found
