"""The tables of the reports: sums of closed days, the journal for the accountant, the seals of the ledgers, saved
views of sales."""

from reports.models.journal import AccountNumber, JournalDay
from reports.models.rollups import DayRate, DayTaking, DayTender, MonthProduct, RolledDay, RolledMonth, SumField
from reports.models.saved_views import SavedView
from reports.models.seals import DaySeal

__all__ = [
    "AccountNumber",
    "DayRate",
    "DaySeal",
    "DayTaking",
    "DayTender",
    "JournalDay",
    "MonthProduct",
    "RolledDay",
    "RolledMonth",
    "SavedView",
    "SumField",
]
