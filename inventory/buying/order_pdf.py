"""A purchase order on A4. The fonts every PDF reader has know the euro sign and umlauts (code page 1252), so no font
file is carried along; a letter beyond them is printed as a question mark."""

from django.utils.formats import date_format
from django.utils.translation import gettext
from fpdf import FPDF

from inventory.buying import orders
from inventory.models import PurchaseOrder, PurchaseOrderLine
from pos.models import StoreSettings
from pos.templatetags.money import money
from pos.templatetags.money import quantity as quantity_shown

CODE_PAGE = "cp1252"
WIDTHS = (30, 70, 25, 25, 30)


def written(order: PurchaseOrder) -> bytes:
    lines = list(order.lines.select_related("product"))
    page = FPDF(format="A4")
    page.core_fonts_encoding = CODE_PAGE
    page.set_creation_date(order.sent_at or order.created_at)  # the same order is the same file
    page.set_margin(15)
    page.add_page()
    _head(page, order)
    _table(page, lines)
    page.ln(4)
    page.cell(0, 8, printable(gettext("Total: %(total)s") % {"total": money(orders.total(lines))}), align="R")
    if order.note:
        page.ln(12)
        page.multi_cell(0, 6, printable(order.note))
    return bytes(page.output())


def printable(text: str) -> str:
    """Only letters the font has. Narrow spaces of numbers become plain ones."""
    plain = text.replace("\u202f", "\u00a0").replace("\u2212", "-")
    return plain.encode(CODE_PAGE, "replace").decode(CODE_PAGE)


def _head(page: FPDF, order: PurchaseOrder) -> None:
    shop = StoreSettings.in_force()
    page.set_font("Helvetica", size=10)
    sender = f"{shop.shop_name}\n{shop.shop_address}".strip()
    if order.location:
        sender += "\n" + gettext("Deliver to: %(place)s") % {"place": order.location}
    page.multi_cell(0, 5, printable(sender), new_x="LMARGIN", new_y="NEXT")
    page.ln(8)
    page.multi_cell(
        0, 5, printable(f"{order.supplier.name}\n{order.supplier.contact}".strip()), new_x="LMARGIN", new_y="NEXT"
    )
    page.ln(8)
    page.set_font("Helvetica", "B", 16)
    title = gettext("Purchase order %(number)s") % {"number": order.number}
    page.cell(0, 10, printable(title), new_x="LMARGIN", new_y="NEXT")
    page.set_font("Helvetica", size=10)
    page.cell(0, 6, printable(date_format(order.sent_at or order.created_at)), new_x="LMARGIN", new_y="NEXT")
    page.ln(4)


def _table(page: FPDF, lines: list[PurchaseOrderLine]) -> None:
    heads = (gettext("Code"), gettext("Product"), gettext("Packs"), gettext("Pieces"), gettext("Cost of one"))
    with page.table(col_widths=WIDTHS, text_align=("LEFT", "LEFT", "RIGHT", "RIGHT", "RIGHT")) as table:
        for cells in (heads, *(_cells(line) for line in lines)):
            row = table.row()
            for cell in cells:
                row.cell(printable(cell))


def _cells(line: PurchaseOrderLine) -> tuple[str, ...]:
    packs = f"{quantity_shown(line.packs)} {line.pack_name}".strip()
    cost = money(line.cost) if line.cost is not None else ""
    return line.code or line.product.sku, line.product.name, packs, quantity_shown(line.quantity), cost
