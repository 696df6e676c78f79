"""The tables of billing, one file per subject."""

from billing.models.basket_cards import BasketGiftCard, PresentedCard
from billing.models.baskets import Basket, BasketLine, BasketReturn, BasketState, PointsAsked
from billing.models.bill_lines import BillLine
from billing.models.bills import PRACTICE_AFTER, Bill, BillKind, BillTax, bill_number
from billing.models.cash import CashKind, CashMovement
from billing.models.codes import LABEL_LENGTH, LabelKind, LabelPattern, UnknownScan
from billing.models.history import HistoryImport, ImportedBill
from billing.models.outage import OutageProblem, OutageSale, ScanSeen
from billing.models.papers import JobKind, JobState, OutboundJob, PaperKind, ReceiptPrint
from billing.models.payments import Payment
from billing.models.practice import PracticeBill
from billing.models.registers import (
    EXCHANGE,
    IMPORTED,
    STORE_CREDIT,
    STORED_VALUE,
    Favourite,
    Register,
    RegisterKind,
    Tender,
    TenderKind,
)
from billing.models.seals import BillSeal
from billing.models.shifts import MOST_IN_A_DRAWER, Shift, ZReport
from billing.models.signatures import BillSignature, CashSignature
from billing.models.stored_value import StoredValue, StoredValueEntry, StoredValueKind

__all__ = [
    "EXCHANGE",
    "IMPORTED",
    "LABEL_LENGTH",
    "MOST_IN_A_DRAWER",
    "PRACTICE_AFTER",
    "STORED_VALUE",
    "STORE_CREDIT",
    "Basket",
    "BasketGiftCard",
    "BasketLine",
    "BasketReturn",
    "BasketState",
    "Bill",
    "BillKind",
    "BillLine",
    "BillSeal",
    "BillSignature",
    "BillTax",
    "CashKind",
    "CashMovement",
    "CashSignature",
    "Favourite",
    "HistoryImport",
    "ImportedBill",
    "JobKind",
    "JobState",
    "LabelKind",
    "LabelPattern",
    "OutageProblem",
    "OutageSale",
    "OutboundJob",
    "PaperKind",
    "Payment",
    "PointsAsked",
    "PracticeBill",
    "PresentedCard",
    "ReceiptPrint",
    "Register",
    "RegisterKind",
    "ScanSeen",
    "Shift",
    "StoredValue",
    "StoredValueEntry",
    "StoredValueKind",
    "Tender",
    "TenderKind",
    "UnknownScan",
    "ZReport",
    "bill_number",
]
