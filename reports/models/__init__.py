"""The tables of the reports: sums of closed days, the journal for the accountant, the seals of the ledgers, saved
views of sales, and the web hooks that push the feed."""

from reports.models.conduct import DayCashier
from reports.models.journal import AccountNumber, JournalDay
from reports.models.rollups import (
    DayRate,
    DayTaking,
    DayTender,
    MonthMember,
    MonthProduct,
    RolledDay,
    RolledMonth,
    SumField,
)
from reports.models.saved_views import SavedView
from reports.models.seals import DaySeal
from reports.models.stands import KeptStand, ShelfStand
from reports.models.tax_exports import ExportState, TaxExport
from reports.models.webhooks import OffReason, Trouble, Webhook, WebhookDelivery, WebhookSecret

__all__ = [
    "AccountNumber",
    "DayCashier",
    "DayRate",
    "DaySeal",
    "DayTaking",
    "DayTender",
    "ExportState",
    "JournalDay",
    "KeptStand",
    "MonthMember",
    "MonthProduct",
    "OffReason",
    "RolledDay",
    "RolledMonth",
    "SavedView",
    "ShelfStand",
    "SumField",
    "TaxExport",
    "Trouble",
    "Webhook",
    "WebhookDelivery",
    "WebhookSecret",
]
