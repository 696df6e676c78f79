"""The tables of pos, one file per subject."""

from pos.models.deeds import DoneDeed
from pos.models.feed import Change, FeedEra
from pos.models.imports import ImportedRow
from pos.models.rewritings import LedgerRewriting
from pos.models.store_settings import LabelRegion, SecondFactor, StoreSettings
from pos.models.upkeep import UpkeepKind, UpkeepRun

__all__ = [
    "Change",
    "DoneDeed",
    "FeedEra",
    "ImportedRow",
    "LabelRegion",
    "LedgerRewriting",
    "SecondFactor",
    "StoreSettings",
    "UpkeepKind",
    "UpkeepRun",
]
