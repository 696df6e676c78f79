from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Invariant:
    """A rule that must always hold. `sql` returns one column: the name of each row that breaks it.

    Parameters: `zone`, `decimals` and `cash_step` of the shop; `has_owner` if the settings name an owner of the tables.
    A `hint` is shown, but does not fail the audit.
    """

    code: str
    says: str
    sql: str
    hint: bool = False
