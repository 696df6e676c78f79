"""The tables of inventory, one file per subject."""

from inventory.models.counts import (
    CountDeed,
    CountEntry,
    CountLine,
    CountListing,
    CountRecount,
    CountScope,
    CountSheet,
    SheetDeed,
)
from inventory.models.goods import OLDEST, Barcode, Category, Product, ProductQuerySet, SoldBy, TaxRate, Word
from inventory.models.reasons import Reason, ReasonFor
from inventory.models.shelf import MovementKind, Stock, StockMovement

__all__ = [
    "OLDEST",
    "Barcode",
    "Category",
    "CountDeed",
    "CountEntry",
    "CountLine",
    "CountListing",
    "CountRecount",
    "CountScope",
    "CountSheet",
    "MovementKind",
    "Product",
    "ProductQuerySet",
    "Reason",
    "ReasonFor",
    "SheetDeed",
    "SoldBy",
    "Stock",
    "StockMovement",
    "TaxRate",
    "Word",
]
