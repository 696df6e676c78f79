"""Importing the package registers its pages with the admin."""

from inventory.admin import entries, movements, products, reasons

__all__ = ["entries", "movements", "products", "reasons"]
