"""Every night the worker audits the books. A fault is an alarm on every manager's page until an audit is clean."""

from contextlib import suppress

from django.utils.translation import gettext as _

from pos import rewritings, upkeep
from pos.models import UpkeepKind, UpkeepRun
from reports import audit
from reports.sealing import seals
from reports.sealing.signing import SealTrouble

SHOWN = 3


def audit_by_night() -> bool:
    """Audits the books if that is due; returns whether it was."""
    due = upkeep.tonight()
    run = due and upkeep.begin(UpkeepKind.AUDIT, due)
    if not run:
        return False
    audit_now(run)
    return True


def audit_now(run: UpkeepRun) -> None:
    rewritings.note(rewritings.counted())
    with audit.one_moment():
        found = list(audit.findings())
    broken = [finding for finding in found if finding.is_broken]
    faults = sealed()
    codes = ", ".join([*(finding.invariant.code for finding in broken), *faults[:SHOWN]])
    says = _("Broken: %(codes)s.") % {"codes": codes} if codes else _("The books are right.")
    upkeep.end(
        run,
        is_good=not broken and not faults,
        says=says,
        checked=len(found),
        seconds=round(sum(finding.seconds for finding in found), 1),
        broken={finding.invariant.code: finding.offenders for finding in broken},
        seals=faults,
    )


def sealed() -> list[str]:
    """Looks at what was sealed, then seals what is new; returns the faults. A key that is lost must not hide what the
    audit found."""
    try:
        faults = seals.faults()
        with suppress(seals.StillWriting):  # the next night seals both days
            seals.seal()
    except SealTrouble as trouble:
        return [str(trouble)]
    return faults
