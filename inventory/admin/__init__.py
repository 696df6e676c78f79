"""Importing the package registers its pages with the admin."""

from inventory.admin import entries, movements, products

__all__ = ["entries", "movements", "products"]
