"""Products, prices and stock counts, as files of other programs call their columns."""

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from files import cells
from files.kinds.kind import Column, Kind
from inventory.goods import import_undo, importing
from inventory.goods.importing import Products
from pos.imports import Report, Rows, Task

SKU = Column(
    "sku",
    _("SKU"),
    ("article number", "item number", "item no", "product code", "code", "artikelnummer", "art nr", "artnr", "nummer"),
)
BARCODE = Column(
    "barcode",
    _("Barcode"),
    ("barcodes", "ean", "ean code", "gtin", "gtin 13", "upc", "ean13", "strichcode", "barcode nummer"),
    cells.codes,
)
NAME = Column(
    "name",
    _("Name"),
    (
        "title",
        "product",
        "product name",
        "item",
        "article",
        "artikel",
        "bezeichnung",
        "artikelbezeichnung",
        "artikelname",
        "produkt",
    ),
)
PRICE = Column(
    "price",
    _("Price"),
    (
        *("unit price", "retail price", "selling price", "sales price", "rrp"),
        *("preis", "verkaufspreis", "vk", "vk preis", "vk brutto"),
    ),
    cells.number,
)
COST = Column(
    "cost",
    _("Cost"),
    ("cost price", "purchase price", "buying price", "einkaufspreis", "ek", "ek preis", "einstandspreis", "kosten"),
    cells.number,
)
STOCK = Column(
    "stock",
    _("Stock"),
    ("quantity", "qty", "on hand", "opening stock", "bestand", "menge", "lagerbestand", "anfangsbestand"),
    cells.number,
)
COUNTED = Column(
    "stock",
    _("Counted"),
    ("counted", "quantity", "qty", "count", "found", "gezählt", "menge", "bestand", "zählung", "istbestand"),
    cells.number,
)
SOLD_BY = Column(
    "sold_by",
    _("Sold by"),
    ("unit", "sold per", "einheit", "verkauft nach", "mengeneinheit"),
    cells.choice(
        dict.fromkeys(("piece", "pieces", "pcs", "pc", "stück", "stk", "stk."), "piece")
        | dict.fromkeys(("weight", "kg", "kilo", "kilogram", "gewicht"), "weight")
    ),
)
COLUMNS = (
    SKU,
    BARCODE,
    NAME,
    PRICE,
    COST,
    Column("category", _("Category"), ("group", "department", "kategorie", "warengruppe", "gruppe", "abteilung")),
    Column("tax_rate", _("Tax rate"), ("tax", "vat", "vat rate", "steuer", "steuersatz", "mwst", "mwst satz", "ust")),
    STOCK,
    SOLD_BY,
    Column(
        "reorder_point",
        _("Reorder point"),
        ("reorder level", "minimum stock", "min stock", "meldebestand", "mindestbestand"),
        cells.number,
    ),
    Column("minimum_age", _("Minimum age"), ("age", "age limit", "mindestalter", "altersfreigabe"), cells.number),
    Column("description", _("Description"), ("details", "text", "beschreibung", "langtext")),
)


def take_in(rows: Rows, task: Task, is_confirmed: bool) -> Report:
    return importing.take_in(rows, task, Products(may_be_steep=is_confirmed))


def take_in_prices(rows: Rows, task: Task, is_confirmed: bool) -> Report:
    return importing.take_in(rows, task, Products(may_create=False, may_be_steep=is_confirmed))


def take_in_counts(rows: Rows, task: Task, is_confirmed: bool) -> Report:
    return importing.take_in(rows, task, Products(may_create=False, counts=True))


def undo(run: int, by: User) -> None:
    import_undo.undo(run, by=by)


PRODUCTS = Kind(
    "products",
    _("Products"),
    _("Makes what is new and changes what is known, by SKU, else barcode, else name. Empty cells change nothing."),
    COLUMNS,
    ("sku", "barcode", "name"),
    take_in,
    undo,
)
PRICES = Kind(
    "prices",
    _("Prices"),
    _("Changes prices and costs of products the shop knows. It never makes one."),
    (SKU, BARCODE, PRICE, COST),
    ("sku", "barcode"),
    take_in_prices,
    undo,
)
COUNTS = Kind(
    "counts",
    _("Stock counts"),
    _("Sets the stock of known products to what was counted, and books each difference."),
    (SKU, BARCODE, COUNTED),
    ("sku", "barcode"),
    take_in_counts,
    undo,
)
