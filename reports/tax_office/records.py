"""Bons and closings as the records of DSFinV-K, in the models of the package `dsfinvk`."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone
from dsfinvk import models  # type: ignore[import-untyped]
from dsfinvk.table import Model  # type: ignore[import-untyped]

from billing.receipts.signing.moments import in_words
from reports.tax_office.bons import Bon, Position, Reference, Signature

TABLES: list[type[Model]] = [
    models.Stamm_Abschluss,
    models.Stamm_Orte,
    models.Stamm_Kassen,
    models.Stamm_Terminals,
    models.Stamm_Agenturen,
    models.Stamm_USt,
    models.Stamm_TSE,
    models.Z_GV_Typ,
    models.Z_Zahlart,
    models.Z_Waehrungen,
    models.Bonkopf,
    models.Bonkopf_USt,
    models.Bonkopf_AbrKreis,
    models.Bonkopf_Zahlarten,
    models.Bon_Referenzen,
    models.TSE_Transaktionen,
    models.Bonpos,
    models.Bonpos_USt,
    models.Bonpos_Preisfindung,
    models.Bonpos_Zusatzinfo,
]
NO_AGENCY = 0
SIMULATED = "SIMULATED"
ANOTHER_BON, ANOTHER_SYSTEM = "Transaktion", "ExterneSonstige"


@dataclass(frozen=True, slots=True)
class Place:
    """What every record begins with: the register and its closing."""

    register: str
    closed_at: datetime
    z: int

    @property
    def key(self) -> dict[str, Any]:
        return {"Z_KASSE_ID": self.register, "Z_ERSTELLUNG": timezone.localtime(self.closed_at), "Z_NR": self.z}


def of_bon(bon: Bon, number: int, place: Place, group: str) -> Iterator[Model]:
    """`number` counts the closing's Bons, `group` is where the register stands."""
    key = {**place.key, "BON_ID": bon.id}
    yield models.Bonkopf(
        **key,
        BON_NR=number,
        BON_TYP=bon.kind,
        BON_NAME=bon.name,
        TERMINAL_ID=place.register,
        BON_STORNO=False,
        BON_START=timezone.localtime(bon.begun_at or bon.ended_at),
        BON_ENDE=timezone.localtime(bon.ended_at),
        BEDIENER_ID=str(bon.by),
        BEDIENER_NAME=bon.by_name,
        UMS_BRUTTO=bon.total,
        KUNDE_ID=bon.customer,
        BON_NOTIZ=bon.note,
    )
    if group:
        yield models.Bonkopf_AbrKreis(**key, ABRECHNUNGSKREIS=group)
    for tax, amount in bon.by_key.items():
        yield models.Bonkopf_USt(
            **key, UST_SCHLUESSEL=tax, BON_BRUTTO=amount.gross, BON_NETTO=amount.net, BON_UST=amount.tax
        )
    for paid in bon.paid:
        yield models.Bonkopf_Zahlarten(
            **key,
            ZAHLART_TYP=paid.kind,
            ZAHLART_NAME=paid.name,
            ZAHLWAEH_CODE=settings.CURRENCY,
            ZAHLWAEH_BETRAG=paid.amount,
            BASISWAEH_BETRAG=paid.amount,
        )
    for other in bon.references:
        yield of_reference(other, key)
    for line, position in enumerate(bon.positions, 1):
        yield from of_position(position, {**key, "POS_ZEILE": str(line)}, place.register)


def of_signature(made: Signature, device: int | None, bon: str, place: Place) -> Model:
    """What the device answered; why it did not, or that it was a simulated one."""
    answered: dict[str, Any] = {}
    if device and made.begun_at and made.ended_at:
        answered = {
            "TSE_ID": device,
            "TSE_TANR": made.number,
            "TSE_TA_START": in_words(made.begun_at),
            "TSE_TA_ENDE": in_words(made.ended_at),
            "TSE_TA_SIGZ": made.counter,
            "TSE_TA_SIG": made.signature,
        }
    return models.TSE_Transaktionen(
        **place.key,
        **answered,
        BON_ID=bon,
        TSE_TA_VORGANGSART=made.process_type,
        TSE_TA_FEHLER=made.error or (SIMULATED if made.is_simulated else ""),
        TSE_VORGANGSDATEN=made.process_data,
    )


def of_reference(other: Reference, key: dict[str, Any]) -> Model:
    if other.is_external:
        return models.Bon_Referenzen(**key, REF_TYP=ANOTHER_SYSTEM, REF_NAME=other.bon)
    closing = {}
    if other.z and other.closed_at:
        closing = {"REF_DATUM": timezone.localtime(other.closed_at), "REF_Z_NR": other.z}
    return models.Bon_Referenzen(
        **key, **closing, REF_TYP=ANOTHER_BON, REF_Z_KASSE_ID=other.register, REF_BON_ID=other.bon
    )


def of_position(position: Position, key: dict[str, Any], terminal: str) -> Iterator[Model]:
    amount = position.amount
    yield models.Bonpos(
        **key,
        GUTSCHEIN_NR=position.voucher,
        ARTIKELTEXT=position.text,
        POS_TERMINAL_ID=terminal,
        GV_TYP=position.kind,
        GV_NAME=position.name,
        INHAUS=False,
        P_STORNO=False,
        AGENTUR_ID=NO_AGENCY,
        ART_NR=position.sku,
        GTIN=position.gtin,
        WARENGR_ID=position.group_id,
        WARENGR=position.group,
        MENGE=position.quantity,
        FAKTOR=1,
        EINHEIT=position.unit,
        STK_BR=position.each,
    )
    yield models.Bonpos_USt(
        **key, UST_SCHLUESSEL=position.key, POS_BRUTTO=amount.gross, POS_NETTO=amount.net, POS_UST=amount.tax
    )
    for step in position.steps:
        yield models.Bonpos_Preisfindung(
            **key,
            TYP=step.kind,
            UST_SCHLUESSEL=position.key,
            PF_BRUTTO=step.amount.gross,
            PF_NETTO=step.amount.net,
            PF_UST=step.amount.tax,
        )
