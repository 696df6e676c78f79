from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Invariant:
    """What must always hold. `sql` answers one column: the name of each row that breaks it.

    Parameters: `zone`, `decimals` and `cash_step` of the shop; `has_owner` where its tables have an owner of their own.
    A `hint` is shown, but does not fail the audit.
    """

    code: str
    says: str
    sql: str
    hint: bool = False
