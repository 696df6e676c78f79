"""Which tables an export of all books holds, and which columns of them: all but secrets and what only runs the shop."""

from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection, models

from reports.sealing import rows

# Keys, sessions and tokens open doors; the rest is of the moment, or is in the books already.
LEFT_OUT = {
    "accounts_approvalrequest": "what approvals are bound to while they are asked for",
    "accounts_attempts": "wrong passwords of the last hours",
    "accounts_keyminute": "how often machines asked in the last minute",
    "accounts_keysecret": "secrets of machines",
    "accounts_spenttoken": "tokens of sessions",
    "accounts_tokenfamily": "tokens of sessions",
    "billing_outboundjob": "what waits for a printer or the mail",
    "billing_pointsasked": "a basket's question to its customer",
    "billing_practicebill": "sales for practice, which are in no book",
    "billing_presentedcard": "a basket's question to its customer",
    "billing_scanseen": "which scans were answered",
    "files_fileimport": "uploaded files",
    "files_knownheading": "how uploaded files were read",
    "members_consent": "PINs agreed to for a sale",
    "pos_change": "the feed for programs",
    "pos_donedeed": "keys of requests",
    "pos_feedera": "the feed for programs",
    "reports_webhook": "addresses of programs, which may hold a password",
    "reports_webhookdelivery": "what programs were told",
    "reports_webhooksecret": "secrets of programs",
}
SECRETS = {
    "accounts_user": {"password", "pin", "badge", "epoch"},
    "billing_register": {"display_key", "display_paired_at"},
    "billing_storedvalue": {"digest"},
    "members_member": {"pin", "pin_misses", "pin_locked_until"},
}
# Named so in any table, a column is left out until somebody has thought of it.
NEVER = {"password", "pin", "secret", "token", "private_key", "session_key", "session_data", "code_digest", "otp"}


def tables() -> dict[str, list[str]]:
    """The ledgers and all other tables of the shop's own rooms; the key of each table first."""
    found = rows.ledgers()
    for model in own():
        table = model._meta.db_table
        if table not in LEFT_OUT and table not in found:
            hidden = SECRETS.get(table, set()) | NEVER
            found[table] = [name for name in rows.columns(model) if name not in hidden]
    return dict(sorted(found.items()))


def own() -> list[type[models.Model]]:
    ours = {app.label for app in apps.get_app_configs() if Path(app.path).parent == settings.BASE_DIR}
    return [model for model in apps.get_models(include_auto_created=True) if model._meta.app_label in ours]


def described(wanted: dict[str, list[str]]) -> dict[str, Any]:
    """What each table and column is, for people who never saw the shop."""
    by_table = {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}
    return {table: of_model(by_table[table], names) for table, names in wanted.items()}


def of_model(model: type[models.Model], names: list[str]) -> dict[str, Any]:
    fields = {str(field.column): field for field in model._meta.concrete_fields}
    return {
        "holds": " ".join((model.__doc__ or "").split()) or str(model._meta.verbose_name_plural),
        "is_ledger": model._meta.db_table in rows.ledgers(),
        "columns": {name: of_field(fields[name]) for name in names},
    }


def of_field(field: Any) -> dict[str, Any]:
    refers = {"refers_to": field.related_model._meta.db_table} if field.related_model else {}
    choices = {"choices": [str(value) for value, _label in field.flatchoices]} if field.choices else {}
    says = str(field.help_text or field.verbose_name)
    return {"type": field.db_type(connection), "says": says, **refers, **choices}
