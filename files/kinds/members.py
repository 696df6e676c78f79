"""Members, as files of other programs call their columns."""

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from files import cells
from files.kinds.kind import Column, Kind
from members.lists import import_undo, importing
from pos.imports import Report, Rows, Task


def take_in(rows: Rows, task: Task, is_confirmed: bool) -> Report:
    return importing.take_in(rows, task)


def undo(run: int, by: User) -> None:
    import_undo.undo(run, by=by)


MEMBERS = Kind(
    "members",
    _("Members"),
    _("Makes who is new and changes who is known, by card number, e-mail or phone. Their PIN is set later."),
    (
        Column(
            "number",
            _("Card number"),
            ("card number", "card", "member number", "kartennummer", "kundennummer"),
        ),
        Column("name", _("Name"), ("full name", "customer", "member", "kunde", "kundenname", "mitglied")),
        Column("email", _("E-mail"), ("mail", "email address", "e mail adresse", "mailadresse")),
        Column("phone", _("Phone"), ("telephone", "mobile", "telefon", "telefonnummer", "handy", "mobil")),
        Column("points", _("Points"), ("balance", "bonus points", "punkte", "punktestand"), cells.number),
    ),
    ("number", "email", "phone"),
    take_in,
    undo,
)
