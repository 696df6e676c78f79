"""The tables of the reports: sums of closed days, the journal for the accountant, the seals of the ledgers, saved
views of sales, and the web hooks that push the feed."""

from reports.models.conduct import DayCashier
from reports.models.journal import AccountNumber, JournalDay
from reports.models.of_days import (
    DayMember,
    DayProduct,
    DayRate,
    DayTaking,
    DayTender,
    DayTenderTotal,
    DayTotal,
)
from reports.models.of_months import MonthMember, MonthProduct, MonthRate, MonthTaking, MonthTender
from reports.models.rollups import RolledDay, RolledMonth, SumField
from reports.models.saved_views import SavedView
from reports.models.seals import DaySeal
from reports.models.stands import KeptStand, ShelfStand
from reports.models.tax_exports import ExportState, TaxExport
from reports.models.until import Cohort, MemberUntil, ProductUntil, RolledUntil
from reports.models.webhooks import OffReason, Trouble, Webhook, WebhookDelivery, WebhookSecret

__all__ = [
    "AccountNumber",
    "Cohort",
    "DayCashier",
    "DayMember",
    "DayProduct",
    "DayRate",
    "DaySeal",
    "DayTaking",
    "DayTender",
    "DayTenderTotal",
    "DayTotal",
    "ExportState",
    "JournalDay",
    "KeptStand",
    "MemberUntil",
    "MonthMember",
    "MonthProduct",
    "MonthRate",
    "MonthTaking",
    "MonthTender",
    "OffReason",
    "ProductUntil",
    "RolledDay",
    "RolledMonth",
    "RolledUntil",
    "SavedView",
    "ShelfStand",
    "SumField",
    "TaxExport",
    "Trouble",
    "Webhook",
    "WebhookDelivery",
    "WebhookSecret",
]
