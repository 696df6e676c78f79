"""Does an action once per key, however often it is requested.

Bills and gift cards store their key themselves (`once`). Everything else that moves or creates something stores its key
in a row of its own, written in the same transaction and never deleted (`Once`).
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
SECRETS = {"pin", "password", "password1", "password2"}  # not in the digest: it would help to guess them
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
    """Runs `deed` in its own transaction, again after a deadlock.

    `deed` first looks for its key and returns what was done before. `is_done` tells whether a row with the key exists:
    then another request wrote it between that look and our write, and `deed` runs again.
    """
    try:
        return in_transaction(deed)
    except IntegrityError as error:
        if sqlstate(error) == BEYOND_A_CHECK:
            raise Invalid("lines", _("This is more than the books can hold."), "too_large") from None
        if not is_done():
            raise
        return in_transaction(deed)


@patiently
def in_transaction(deed: Callable[[], Done]) -> Done:
    with transaction.atomic(durable=True):
        return deed()


class Anew:
    """For an action without a key: it is simply done."""

    again = False

    def make(self, rows: QuerySet[Row], create: Callable[[], Row]) -> Row:
        return create()


@dataclass(slots=True)
class Once(Anew):
    """The key of a request, passed to the verb that does the work. `deed` names the action and its subject; `asked` is
    the content, which must be the same when the key is repeated; `again` is true if it was repeated."""

    key: UUID
    deed: str
    asked: Mapping[str, Any]
    by: int
    again: bool = False

    def make(self, rows: QuerySet[Row], create: Callable[[], Row]) -> Row:
        """Returns the row `create` makes, or the row of `rows` that the first request with this key made."""
        return self._make(rows, create)

    @patiently
    @transaction.atomic
    def _make(self, rows: QuerySet[Row], create: Callable[[], Row]) -> Row:
        with connection.cursor() as cursor:  # of two simultaneous requests the second waits here
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
