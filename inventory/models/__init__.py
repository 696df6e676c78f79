"""The tables of inventory, one file per subject."""

from inventory.models.counts import (
    CountDeed,
    CountEntry,
    CountLine,
    CountListing,
    CountRecount,
    CountScope,
    CountSheet,
    SheetDeed,
)
from inventory.models.goods import (
    OLDEST,
    Barcode,
    Category,
    PriceChange,
    Product,
    ProductQuerySet,
    SoldBy,
    TaxRate,
    Word,
)
from inventory.models.goods_receipts import GoodsReceipt, GoodsReceiptLine, ReceiptDraft, ReceiptDraftLine
from inventory.models.locations import (
    ArrivalKind,
    Location,
    LocationStock,
    LocationTax,
    Transfer,
    TransferArrival,
    TransferArrivalLine,
    TransferDraft,
    TransferDraftLine,
    TransferLine,
)
from inventory.models.purchase_orders import OPEN_ORDERS, DocumentSeries, OrderState, PurchaseOrder, PurchaseOrderLine
from inventory.models.reasons import Reason, ReasonFor
from inventory.models.shelf import MovementKind, Stock, StockMovement
from inventory.models.supplier_returns import SupplierReturn, SupplierReturnLine
from inventory.models.suppliers import Supplier, SupplierArticle

__all__ = [
    "OLDEST",
    "OPEN_ORDERS",
    "ArrivalKind",
    "Barcode",
    "Category",
    "CountDeed",
    "CountEntry",
    "CountLine",
    "CountListing",
    "CountRecount",
    "CountScope",
    "CountSheet",
    "DocumentSeries",
    "GoodsReceipt",
    "GoodsReceiptLine",
    "Location",
    "LocationStock",
    "LocationTax",
    "MovementKind",
    "OrderState",
    "PriceChange",
    "Product",
    "ProductQuerySet",
    "PurchaseOrder",
    "PurchaseOrderLine",
    "Reason",
    "ReasonFor",
    "ReceiptDraft",
    "ReceiptDraftLine",
    "SheetDeed",
    "SoldBy",
    "Stock",
    "StockMovement",
    "Supplier",
    "SupplierArticle",
    "SupplierReturn",
    "SupplierReturnLine",
    "TaxRate",
    "Transfer",
    "TransferArrival",
    "TransferArrivalLine",
    "TransferDraft",
    "TransferDraftLine",
    "TransferLine",
    "Word",
]
