"""What a receipt shows of its signature: the QR code in the format of DSFinV-K's annex I, and the same in words."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from billing.models import Bill, BillSignature
from billing.receipts.signing.moments import in_words

VERSION = "V0"


def code(bill: Bill, signature: BillSignature) -> str:
    """The text of the QR code; none for a failure."""
    if signature.error or not signature.begun_at or not signature.ended_at:
        return ""
    return ";".join(
        (
            *(VERSION, bill.register.code, signature.process_type, signature.process_data),
            *(str(signature.number), str(signature.counter)),
            *(in_words(signature.begun_at), in_words(signature.ended_at)),
            *(signature.algorithm, signature.time_format, signature.signature, signature.public_key),
        )
    )


def warning(signature: BillSignature) -> str:
    if signature.error:
        return _("The signing device failed.")
    return _("SIMULATED signature: proves nothing.") if signature.is_simulated else ""


def rows(signature: BillSignature) -> Iterator[tuple[str, str]]:
    if signature.begun_at and signature.ended_at:
        yield _("Transaction"), str(signature.number)
        yield _("Signature counter"), str(signature.counter)
        yield _("Begun"), in_words(signature.begun_at)
        yield _("Ended"), in_words(signature.ended_at)
        yield _("Signing device"), signature.serial
