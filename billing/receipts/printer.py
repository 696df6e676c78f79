"""The receipt printer: renders a bill as ESC/POS and sends it to a printer in the shop's own network."""

import logging
import re
import socket
from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.files.storage import default_storage
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageDraw, ImageFont

from billing.codes import card_spelling
from billing.models import Bill, PaperKind, Register
from billing.receipts import slip
from billing.receipts.card_codes import Printed
from billing.receipts.signing import paper as signed_paper
from billing.receipts.signing import signing
from billing.receipts.slip import Line
from pos.errors import Refused
from pos.templatetags.money import money

if TYPE_CHECKING:
    from escpos.printer import Dummy

log = logging.getLogger(__name__)
CODE_PAGE = "CP858"
DOTS = 12  # width of one character
LINE_HEIGHT = 30
LOGO_HEIGHT = 160
NARROW = 32  # columns of a 58 mm roll, on which a barcode does not fit
PATIENCE = 5
PIN_2 = 2
NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,98}[A-Za-z0-9])?", re.ASCII)
OWN_NETWORKS = [
    ip_network(network)
    for network in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "fc00::/7", "::1/128")
]


class NotOurPrinter(Refused):
    code = "not_our_printer"
    message = _("A printer stands in the shop's own network: give an address such as 192.168.1.50.")


def render(bill: Bill, kind: str, copy: int, cards: Sequence[Printed] = ()) -> bytes:
    """The bytes that print this bill, the codes of gift cards sold on it and its number as QR code, and cut the
    paper."""
    columns = slip.COLUMNS[bill.terms.receipt_width]
    paper = blank()
    if bill.terms.logo:
        put_logo(paper, bill.terms.logo, columns)
    for line in slip.lines(bill, kind, copy, columns):
        put(paper, line, columns)
    paper.ln()
    paper.set(align="center")
    for sold in cards:
        put_card(paper, sold, columns)
    if kind != PaperKind.GIFT and (signature := signing.of(bill)) and (text := signed_paper.code(bill, signature)):
        paper.qr(text, native=True, size=4)
    paper.qr(bill.number, native=True, size=6)
    paper.cut()
    return bytes(paper.output)


def pulse() -> bytes:
    """The bytes that open the drawer on the printer's first pin."""
    paper = dummy()
    paper.cashdraw(PIN_2)
    return bytes(paper.output)


def dummy() -> "Dummy":
    from escpos.printer import Dummy  # imported late, because the import leaves a folder in /tmp

    return Dummy(profile="default")


def blank() -> "Dummy":
    paper = dummy()
    paper.hw("INIT")
    paper.charcode(CODE_PAGE)
    return paper


def put(paper: "Dummy", line: Line, columns: int) -> None:
    align = "center" if line.is_centred else "left"
    paper.set(align=align, double_width=line.is_large, double_height=line.is_large, normal_textsize=not line.is_large)
    try:
        line.text.encode(CODE_PAGE)
    except UnicodeEncodeError:
        paper.image(drawn(line, columns), center=False)
        return
    paper.textln(line.text)


def drawn(line: Line, columns: int) -> Image.Image:
    """The line as a picture, for characters missing in the printer's code page."""
    height = LINE_HEIGHT * (2 if line.is_large else 1)
    size = height * 4 // 5
    font = ImageFont.truetype(settings.RECEIPT_FONT, size) if settings.RECEIPT_FONT else ImageFont.load_default(size)
    picture = Image.new("1", (columns * DOTS, height), 1)
    brush = ImageDraw.Draw(picture)
    left = (picture.width - brush.textlength(line.text, font=font)) / 2 if line.is_centred else 0
    brush.text((max(left, 0), 0), line.text, font=font, fill=0)
    return picture


def put_card(paper: "Dummy", sold: Printed, columns: int) -> None:
    """Prints a gift card's amount and code: as barcode if it fits the roll, otherwise as QR code."""
    put(paper, Line(f"{capfirst(str(sold.entry.card))} {money(sold.entry.amount)}", is_centred=True), columns)
    put(paper, Line(sold.code, is_centred=True), columns)
    code = card_spelling.plain(sold.code)
    if columns > NARROW:
        paper.barcode("{B" + code, "CODE128", width=2, height=80, pos="OFF", function_type="B")
    else:
        paper.qr(code, native=True, size=6)
    paper.ln()


def put_logo(paper: "Dummy", name: str, columns: int) -> None:
    """Prints the logo; if its file is missing, the receipt is printed without it."""
    try:
        paper.image(logo(name, columns), center=False)
    except OSError as error:
        log.warning("no logo: %s", error)


@lru_cache(maxsize=8)
def logo(name: str, columns: int) -> Image.Image:
    """The shop's logo in black and white, centred on the paper."""
    with default_storage.open(name) as file, Image.open(file, formats=["WEBP"]) as stored:
        picture = stored.convert("RGBA")
    sheet = Image.new("L", (columns * DOTS, LOGO_HEIGHT), 255)
    picture.thumbnail(sheet.size)
    sheet.paste(picture, ((sheet.width - picture.width) // 2, 0), picture)
    return sheet.crop((0, 0, sheet.width, picture.height)).convert("1")


def send(register: Register, payload: bytes) -> None:
    """Sends the bytes. Raises OSError, or Refused for a printer outside the shop's network."""
    family, address = reachable(register.printer_host, register.printer_port)
    with socket.socket(family, socket.SOCK_STREAM) as printer:
        printer.settimeout(PATIENCE)
        printer.connect(address)
        printer.sendall(payload)
        printer.shutdown(socket.SHUT_WR)


def check_host(host: str) -> None:
    """Refuses anything but a host name or an address of the shop's network. A name is resolved and checked at each
    sending."""
    try:
        ip_address(host)
    except ValueError:
        if not NAME.fullmatch(host):
            raise NotOurPrinter(field="printer_host") from None
    else:
        if not is_ours(host):
            raise NotOurPrinter(field="printer_host")


def reachable(host: str, port: int) -> tuple[socket.AddressFamily, tuple[str, int]]:
    """Resolves the host once and returns an address in the shop's network, so that the address checked is the one
    used."""
    for family, *__, found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        if is_ours(str(found[0])):
            return family, (str(found[0]), port)
    raise NotOurPrinter(_("%(host)s is not in the shop's own network.") % {"host": host})


def is_ours(text: str) -> bool:
    try:
        address: IPv4Address | IPv6Address = ip_address(text)
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return any(address in network for network in OWN_NETWORKS)
