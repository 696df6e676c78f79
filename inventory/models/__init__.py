"""The tables of inventory, one file per subject."""

from inventory.models.goods import OLDEST, Barcode, Category, Product, ProductQuerySet, SoldBy, TaxRate, Word
from inventory.models.shelf import MovementKind, Stock, StockMovement

__all__ = [
    "OLDEST",
    "Barcode",
    "Category",
    "MovementKind",
    "Product",
    "ProductQuerySet",
    "SoldBy",
    "Stock",
    "StockMovement",
    "TaxRate",
    "Word",
]
