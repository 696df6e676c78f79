"""A deed is done once for its key, however often it is asked for.

Bills and gift cards carry their key themselves (`once`). Everything else that moves or makes something keeps its key in
a row of its own, written in the transaction of the deed and never forgotten (`Once`).
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _

from pos.db_retry import patiently, sqlstate
from pos.errors import Invalid, Refused
from pos.models import DoneDeed
from pos.money import plainly

BEYOND_A_CHECK = "23514"
SECRETS = {"pin", "password", "password1", "password2"}  # a digest of few signs could be guessed
Done = TypeVar("Done")
Row = TypeVar("Row", bound=Model)


class KeyReused(Refused):
    code = "key_reused"
    status = 422
    message = _("This key already belongs to another sale.")


class UsedForm(KeyReused):
    message = _("This was sent before, with other content. Begin anew.")


class Gone(Refused):
    code = "gone"
    message = _("What this key made has been deleted since.")


def once(deed: Callable[[], Done], *, is_done: Callable[[], bool]) -> Done:
    """Do it in a transaction of its own, again after a deadlock.

    `deed` looks for its key first and answers with what was done before. `is_done` tells whether a row with the key
    exists: then a request at another register was faster between that look and the write, and `deed` looks again.
    """
    in_transaction = patiently(transaction.atomic(durable=True)(deed))
    try:
        return in_transaction()
    except IntegrityError as error:
        if sqlstate(error) == BEYOND_A_CHECK:
            raise Invalid("lines", _("This is more than the books can hold."), "too_large") from None
        if not is_done():
            raise
        return in_transaction()


class Anew:
    """For a deed without a key: it is simply done."""

    again = False

    def make(self, rows: QuerySet[Row], create: Callable[[], Row]) -> Row:
        return create()


@dataclass(slots=True)
class Once(Anew):
    """A door's key, on its way to the verb that does the deed. `deed` says what is done and to what; `asked` is the
    content, which has to be the same when the key comes again; `again` is true once it did.
    """

    key: UUID
    deed: str
    asked: Mapping[str, Any]
    by: int
    again: bool = False

    def make(self, rows: QuerySet[Row], create: Callable[[], Row]) -> Row:
        """The row `create` makes, or the one of `rows` it made when the key came first."""
        return self._make(rows, create)

    @patiently
    @transaction.atomic
    def _make(self, rows: QuerySet[Row], create: Callable[[], Row]) -> Row:
        with connection.cursor() as cursor:  # of two at once the second waits for the first
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [str(self.key)])
        before = DoneDeed.objects.filter(pk=self.key).first()
        if before is None:
            row = create()
            DoneDeed.objects.create(key=self.key, deed=self.deed, digest=self.digest, made=row.pk, by=self.by)
            return row
        if (before.deed, bytes(before.digest)) != (self.deed, self.digest):
            raise UsedForm
        self.again = True
        if (made := rows.filter(pk=before.made).first()) is None:
            raise Gone
        return made

    @property
    def digest(self) -> bytes:
        content = {name: value for name, value in self.asked.items() if name not in SECRETS}
        return hashlib.sha256(json.dumps(plain([self.by, content]), sort_keys=True).encode()).digest()


ANEW = Anew()


def plain(value: Any) -> Any:
    """As the digest reads it: rows by their id, figures without trailing zeros."""
    if isinstance(value, Mapping):
        return {plainly(key): plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    if isinstance(value, Model):
        return value.pk
    return None if value is None else plainly(value)
