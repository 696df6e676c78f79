"""The whole examination, the worst first."""

from reports.doctor import books, counter, machine, safety
from reports.doctor.finding import Finding, State

WORST_FIRST = list(State)


def examine() -> list[Finding]:
    found = [*books.findings(), *safety.findings(), *counter.findings(), *machine.findings()]
    return sorted(found, key=lambda finding: WORST_FIRST.index(finding.state))
