"""The sums of a closing, added up from its Bons, and the shop's own facts that belong to it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from django.conf import settings
from dsfinvk import models  # type: ignore[import-untyped]
from dsfinvk.table import Model  # type: ignore[import-untyped]

from billing.models import Shift
from pos.money import ZERO
from pos.version import VERSION
from reports.tax_office import bons, vat
from reports.tax_office.bons import NOTHING, Amount, Bon
from reports.tax_office.records import NO_AGENCY, Place

SOFTWARE = "point-of-sale"
COUNTRY = "DEU"
TOWN = re.compile(r"(?:[A-Z]{1,2}-)?(\d{4,5}) +(.+)")
VAT_NUMBER = re.compile(r"[A-Z]{2}[ 0-9A-Z]{8,14}")


@dataclass(slots=True)
class Closing:
    shift: Shift
    place: Place
    first: str = ""
    last: str = ""
    count: int = 0
    cases: dict[tuple[str, str, int], Amount] = field(default_factory=dict)
    paid: dict[tuple[str, str], Decimal] = field(default_factory=dict)
    devices: dict[str, bons.Signature] = field(default_factory=dict)

    @classmethod
    def of(cls, shift: Shift) -> "Closing":
        assert shift.closed_at is not None
        return cls(shift, Place(shift.register.code, shift.closed_at, shift.z.number))

    def add(self, bon: Bon) -> int:
        """Adds a Bon to the sums; returns its number within the closing."""
        self.count += 1
        self.first, self.last = self.first or bon.id, bon.id
        for position in bon.positions:
            case = (position.kind, position.name, position.key)
            self.cases[case] = self.cases.get(case, NOTHING) + position.amount
        if (made := bon.signature) and not made.error:
            self.devices.setdefault(made.serial, made)
        for paid in bon.paid:
            self.paid[paid.kind, paid.name] = self.paid.get((paid.kind, paid.name), ZERO) + paid.amount
        return self.count

    def device_of(self, serial: str) -> int | None:
        """The number a signing device has within this closing."""
        return list(self.devices).index(serial) + 1 if serial in self.devices else None

    @property
    def cash(self) -> Decimal:
        return sum((amount for (kind, _name), amount in self.paid.items() if kind == bons.CASH), ZERO)

    def records(self) -> Iterator[Model]:
        yield from self.of_the_shop()
        for key in sorted({key for _kind, _name, key in self.cases}):
            yield models.Stamm_USt(
                **self.place.key, UST_SCHLUESSEL=key, UST_SATZ=vat.rate_of(key) * 100, UST_BESCHR=vat.name_of(key)
            )
        for number, made in enumerate(self.devices.values(), 1):
            yield models.Stamm_TSE(
                **self.place.key,
                TSE_ID=number,
                TSE_SERIAL=made.serial,
                TSE_SIG_ALGO=made.algorithm,
                TSE_ZEITFORMAT=made.time_format,
                TSE_PD_ENCODING="UTF-8",
                TSE_PUBLIC_KEY=made.public_key,
            )
        for (kind, name, key), amount in sorted(self.cases.items()):
            yield models.Z_GV_Typ(
                **self.place.key,
                GV_TYP=kind,
                GV_NAME=name,
                AGENTUR_ID=NO_AGENCY,
                UST_SCHLUESSEL=key,
                Z_UMS_BRUTTO=amount.gross,
                Z_UMS_NETTO=amount.net,
                Z_UST=amount.tax,
            )
        for (kind, name), paid in sorted(self.paid.items()):
            yield models.Z_Zahlart(**self.place.key, ZAHLART_TYP=kind, ZAHLART_NAME=name, Z_ZAHLART_BETRAG=paid)
        yield models.Z_Waehrungen(**self.place.key, ZAHLART_WAEH=settings.CURRENCY, ZAHLART_BETRAG_WAEH=self.cash)

    def of_the_shop(self) -> Iterator[Model]:
        """As the Z has it: the shop's name and address at the close."""
        shop, register = self.shift.z.document["shop"], self.shift.register
        street, code, town = parts(shop["address"])
        number = shop["tax_number"].strip()
        is_vat = VAT_NUMBER.fullmatch(number.upper())
        yield models.Stamm_Abschluss(
            **self.place.key,
            Z_BUCHUNGSTAG=self.shift.business_date.isoformat(),
            Z_START_ID=self.first,
            Z_ENDE_ID=self.last,
            NAME=shop["name"],
            STRASSE=street,
            PLZ=code,
            ORT=town,
            LAND=COUNTRY,
            STNR="" if is_vat else number,
            USTID=number.replace(" ", "") if is_vat else "",
            Z_SE_ZAHLUNGEN=sum(self.paid.values(), ZERO),
            Z_SE_BARZAHLUNGEN=self.cash,
        )
        yield models.Stamm_Orte(
            **self.place.key,
            LOC_NAME=register.location.name if register.location else shop["name"],
            LOC_STRASSE=street,
            LOC_PLZ=code,
            LOC_ORT=town,
            LOC_LAND=COUNTRY,
            LOC_USTID=number.replace(" ", "") if is_vat else "",
        )
        yield models.Stamm_Kassen(
            **self.place.key,
            KASSE_BRAND=SOFTWARE,
            KASSE_MODELL=str(register),
            KASSE_SERIENNR=register.code,
            KASSE_SW_BRAND=SOFTWARE,
            KASSE_SW_VERSION=VERSION,
            KASSE_BASISWAEH_CODE=settings.CURRENCY,
            KEINE_UST_ZUORDNUNG=False,
        )


def parts(address: str) -> tuple[str, str, str]:
    """Street, postal code and town of an address written in lines; what is no town is the street."""
    street, code, town = [], "", ""
    for line in filter(None, map(str.strip, re.split(r"[\n,]", address))):
        if found := TOWN.fullmatch(line):
            code, town = found.groups()
        else:
            street.append(line)
    return ", ".join(street), code, town
