"""The tables of the reports: sums of closed days, the journal for the accountant, the seals of the ledgers, saved
views of sales, and the web hooks that push the feed."""

from reports.models.conduct import DayCashier
from reports.models.journal import AccountNumber, JournalDay
from reports.models.of_days import DayMember, DayProduct, DayRate, DayTaking, DayTender
from reports.models.of_months import (
    MonthMember,
    MonthProduct,
    MonthRate,
    MonthTaking,
    MonthTender,
    YearMember,
    YearProduct,
)
from reports.models.rollups import RolledDay, RolledMonth, RolledYear, SumField
from reports.models.saved_views import SavedView
from reports.models.seals import DaySeal
from reports.models.stands import KeptStand, ShelfStand
from reports.models.tax_exports import ExportState, TaxExport
from reports.models.webhooks import OffReason, Trouble, Webhook, WebhookDelivery, WebhookSecret

__all__ = [
    "AccountNumber",
    "DayCashier",
    "DayMember",
    "DayProduct",
    "DayRate",
    "DaySeal",
    "DayTaking",
    "DayTender",
    "ExportState",
    "JournalDay",
    "KeptStand",
    "MonthMember",
    "MonthProduct",
    "MonthRate",
    "MonthTaking",
    "MonthTender",
    "OffReason",
    "RolledDay",
    "RolledMonth",
    "RolledYear",
    "SavedView",
    "ShelfStand",
    "SumField",
    "TaxExport",
    "Trouble",
    "Webhook",
    "WebhookDelivery",
    "WebhookSecret",
    "YearMember",
    "YearProduct",
]
