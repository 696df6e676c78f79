"""The tables of the reports: sums of closed days, and the journal for the accountant."""

from reports.models.journal import AccountNumber, JournalDay
from reports.models.rollups import DayRate, DayTaking, DayTender, MonthProduct, RolledDay, RolledMonth, SumField

__all__ = [
    "AccountNumber",
    "DayRate",
    "DayTaking",
    "DayTender",
    "JournalDay",
    "MonthProduct",
    "RolledDay",
    "RolledMonth",
    "SumField",
]
