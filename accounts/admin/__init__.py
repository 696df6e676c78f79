"""Importing the package registers its pages with the admin."""

from accounts.admin import approvals, settings, staff, trail

__all__ = ["approvals", "settings", "staff", "trail"]
