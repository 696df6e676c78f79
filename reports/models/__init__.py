"""The tables of the reports: sums of closed days, the journal for the accountant, the seals of the ledgers."""

from reports.models.journal import AccountNumber, JournalDay
from reports.models.rollups import DayRate, DayTaking, DayTender, MonthProduct, RolledDay, RolledMonth, SumField
from reports.models.seals import DaySeal
from reports.models.tax_exports import ExportState, TaxExport

__all__ = [
    "AccountNumber",
    "DayRate",
    "DaySeal",
    "DayTaking",
    "DayTender",
    "ExportState",
    "JournalDay",
    "MonthProduct",
    "RolledDay",
    "RolledMonth",
    "SumField",
    "TaxExport",
]
