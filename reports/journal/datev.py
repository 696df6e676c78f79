"""The journal in DATEV's format for booking batches: EXTF, header version 700, format category 21, version 13.

After developer.datev.de, "Header" and "Buchungsstapel" of the DATEV format: Windows-1252, CR LF, semicolons, text in
quotation marks, decimal comma. A record has one account and one contra account, so that an entry of many lines becomes
several records: each debit is paired with credits until nothing is left, and every account keeps its sum.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from pos.errors import Refused
from reports.figures.periods import Period
from reports.journal.accounts import Numbers
from reports.journal.days import Document

CATEGORY, HEADER_VERSION, FORMAT_VERSION = 21, 700, 13
COLUMNS = [
    "Umsatz (ohne Soll/Haben-Kz)",
    "Soll/Haben-Kennzeichen",
    "WKZ Umsatz",
    "Kurs",
    "Basis-Umsatz",
    "WKZ Basis-Umsatz",
    "Konto",
    "Gegenkonto (ohne BU-Schlüssel)",
    "BU-Schlüssel",
    "Belegdatum",
    "Belegfeld 1",
    "Belegfeld 2",
    "Skonto",
    "Buchungstext",
    *("Postensperre", "Diverse Adressnummer", "Geschäftspartnerbank", "Sachverhalt", "Zinssperre", "Beleglink"),
    *(f"Beleginfo - {part} {n}" for n in range(1, 9) for part in ("Art", "Inhalt")),
    *("KOST1 - Kostenstelle", "KOST2 - Kostenstelle", "Kost-Menge", "EU-Land u. UStID (Bestimmung)"),
    *("EU-Steuersatz (Bestimmung)", "Abw. Versteuerungsart", "Sachverhalt L+L", "Funktionsergänzung L+L"),
    *("BU 49 Hauptfunktionstyp", "BU 49 Hauptfunktionsnummer", "BU 49 Funktionsergänzung"),
    *(f"Zusatzinformation{part} {n}" for n in range(1, 21) for part in (" - Art", "- Inhalt")),
    *("Stück", "Gewicht", "Zahlweise", "Forderungsart", "Veranlagungsjahr", "Zugeordnete Fälligkeit", "Skontotyp"),
    *("Auftragsnummer", "Buchungstyp", "USt-Schlüssel (Anzahlungen)", "EU-Land (Anzahlungen)"),
    *("Sachverhalt L+L (Anzahlungen)", "EU-Steuersatz (Anzahlungen)", "Erlöskonto (Anzahlungen)", "Herkunft-Kz"),
    *("Buchungs GUID", "KOST-Datum", "SEPA-Mandatsreferenz", "Skontosperre", "Gesellschaftername"),
    *("Beteiligtennummer", "Identifikationsnummer", "Zeichnernummer", "Postensperre bis"),
    *("Bezeichnung SoBil-Sachverhalt", "Kennzeichen SoBil-Buchung", "Festschreibung", "Leistungsdatum"),
    *("Datum Zuord. Steuerperiode", "Fälligkeit", "Generalumkehr (GU)", "Steuersatz", "Land", "Abrechnungsreferenz"),
    *("BVV-Position", "EU-Land u. UStID (Ursprung)", "EU-Steuersatz (Ursprung)", "Abw. Skontokonto"),
]
TEXT_COLUMNS = {
    *(1, 2, 5, 8, 10, 11, 13, 15, *range(19, 38), 39, 41, *range(47, 87), 90, 94, 95, 97),
    *(101, 102, 104, 106, 108, 109, 111, 117, 119, 120, 122),
}
MARK, LOCKED = 1, COLUMNS.index("Festschreibung")
LONGEST_TEXT = 60


class NotForDatev(Refused):
    code = "not_for_datev"
    message = _("DATEV reads amounts with two decimals and account numbers of four to eight digits.")


def written(documents: Sequence[Document], period: Period, made: str) -> bytes:
    """The file of these days; `made` is when the last of them was first handed over, as 20261128201500000."""
    rows = [header(documents, period, made), ";".join(COLUMNS)]
    for document in documents:
        day = date.fromisoformat(document["date"])
        for entry in document["entries"]:
            rows += [record(day, entry, *pair) for pair in pairs(entry["lines"])]
    return "".join(f"{row}\r\n" for row in rows).encode("cp1252", errors="replace")


def header(documents: Sequence[Document], period: Period, made: str) -> str:
    numbers = Numbers()
    digits = {len(line["account"]) for document in documents for line in lines_of(document)} or {4}
    currency = documents[0]["currency"] if documents else ""
    if max(digits) > 8 or any(len(line["debit"].partition(".")[2]) != 2 for d in documents for line in lines_of(d)):
        raise NotForDatev()
    month = int(numbers.of("year_begins").number)
    begins = date(period.start.year - (period.start.month < month), month, 1)
    fields = [
        *(quoted("EXTF"), str(HEADER_VERSION), str(CATEGORY), quoted("Buchungsstapel"), str(FORMAT_VERSION), made, ""),
        *(quoted("RE"), quoted(""), quoted(""), numbers.of("consultant").number, numbers.of("client").number),
        *(f"{begins:%Y%m%d}", str(max(4, *digits)), f"{period.start:%Y%m%d}", f"{period.last:%Y%m%d}"),
        *(quoted("Kassenjournal"), quoted(""), "1", "0", "0", quoted(currency), "", quoted(""), "", ""),
        *(quoted(""), "", "", quoted(""), quoted("")),
    ]
    return ";".join(fields)


def lines_of(document: Document) -> Iterator[dict[str, Any]]:
    for entry in document["entries"]:
        yield from entry["lines"]


def pairs(lines: Sequence[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], dict[str, Any], Decimal]]:
    """Each debit with the credits that stand against it, and how much of them."""
    against = [(line, Decimal(line["credit"])) for line in lines if Decimal(line["credit"])]
    for debit in lines:
        left = Decimal(debit["debit"])
        while left:
            credit, rest = against.pop(0)
            part = min(left, rest)
            yield debit, credit, part
            left -= part
            if rest > part:
                against.insert(0, (credit, rest - part))


def record(day: date, entry: Document, debit: dict[str, Any], credit: dict[str, Any], amount: Decimal) -> str:
    fields = [quoted("") if place in TEXT_COLUMNS else "" for place in range(len(COLUMNS))]
    fields[0], fields[MARK] = f"{amount:.2f}".replace(".", ","), quoted("S")
    fields[6], fields[7] = debit["account"], credit["account"]
    fields[8] = quoted((debit["tax_key"] or credit["tax_key"]).rjust(4, "0").replace("0000", ""))
    fields[9], fields[10] = f"{day:%d%m}", quoted(entry["number"])
    fields[13] = quoted(said(debit, credit))
    fields[LOCKED] = "0"
    return ";".join(fields)


def said(debit: dict[str, Any], credit: dict[str, Any]) -> str:
    """The note of the movement, or the names of both accounts."""
    note = debit["note"] or credit["note"]
    return (note or f"{debit['name']} / {credit['name']}")[:LONGEST_TEXT]


def quoted(text: str) -> str:
    plain = "".join(letter if letter.isprintable() else " " for letter in text)
    return '"' + plain.replace('"', '""') + '"'
