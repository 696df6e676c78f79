"""Approvals at the till's pages: when an action needs a manager, the same form is sent again with a PIN or with the
approval given on a manager's phone."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.http import HttpRequest

from accounts.approvals import approvals
from accounts.approvals.approvals import NeedsApproval
from accounts.doors import person
from accounts.models import Action
from pos.errors import Refused

Result = TypeVar("Result")
OWN_FIELDS = {"csrfmiddlewaretoken", "approver", "approver_pin", "approval", "approval_by"}


def with_approval(request: HttpRequest, deed: Callable[[str | None], Result]) -> Result:
    """Runs `deed`, with the approval sent in the form or with the one a manager gives in it now."""
    try:
        return deed(request.POST.get("approval") or None)
    except NeedsApproval as needed:
        token = given_now(request, needed)
    return deed(token)


def given_now(request: HttpRequest, needed: NeedsApproval) -> str:
    """The token of an approval given on the spot. Otherwise raises `needed` again, with the state of the question so
    far."""
    wish: dict[str, Any] = {
        "asker": person(request),
        "facts": needed.facts["facts"],
        "size": needed.size,
        "till": str(request.session.get("register", "")),
    }
    action, form = Action(needed.facts["action"]), request.POST
    if form.get("approval_by") == "phone":
        needed.question, needed.token = approvals.ask(action, **wish)
    elif form.get("approver_pin"):
        try:
            return approvals.grant(
                action, **wish, approver=form.get("approver", "")[:150], pin=form["approver_pin"][:4096]
            )
        except Refused as refused:
            needed.message = refused.message  # type: ignore[misc]
    elif token := form.get("approval"):
        needed.question, needed.token = approvals.asked(token, by=wish["asker"]), token
    raise needed


def to_send_again(form: Any) -> list[tuple[str, str]]:
    """The fields of the refused form, to repeat as hidden inputs."""
    return [(name, value) for name, values in form.lists() if name not in OWN_FIELDS for value in values]
