"""Checks whether a person may do an action of a given size: allowed, needs approval, or denied. A manager's approval is
good once, and only for exactly the values it was given for."""

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.approvals import approvers, denials, sealing
from accounts.models import Action, Approval, ApprovalRequest, ApprovalRule, Deed, User
from pos.bounds import storable
from pos.errors import Invalid, ManagersOnly, Refused
from pos.money import MOST_MONEY, in_thousandths
from pos.postgres.rows import rows

ON_THE_SPOT = timedelta(seconds=60)
REMOTE = timedelta(minutes=10)


class NeedsApproval(Refused):
    """The action needs a manager's approval. `size` is the plain size, even where the facts carry it sealed. On a
    till's page, `question` is the request already sent to the managers' phones and `token` the token of its
    approval."""

    code = "needs_approval"
    message = _("A manager has to approve this.")
    size = Decimal(0)
    question: ApprovalRequest | None = None
    token = ""


class Denied(Refused):
    code = "denied"
    status = 403
    message = _("This goes further than you may go, approval or not.")


class OwnApproval(Refused):
    code = "own_approval"
    status = 403
    message = _("Nobody approves for themselves. Ask another manager.")


class AlreadyAnswered(Refused):
    code = "already_answered"
    message = _("This has been answered, or nobody waits for it any more.")


@dataclass(frozen=True, slots=True)
class Wish:
    """An action to be checked against the limits: what, by whom, its size, and every value it would write."""

    action: Action
    by: User
    size: Decimal
    facts: dict[str, Any]

    @property
    def binding(self) -> bytes:
        asked = [self.action.value, canonical(self.size), self.facts]
        return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).digest()

    @property
    def recorded(self) -> dict[str, Any]:
        return {"action": self.action, "size": self.size, "facts": self.facts, "asker": self.by}

    def needs(self, message: str | Promise = "") -> NeedsApproval:
        sentence = message or _("A manager has to approve this: %(action)s.") % {"action": self.action.spoken}
        needed = NeedsApproval(sentence, action=self.action.value, size=self.told_size, facts=self.facts)
        needed.size = self.size
        return needed

    @property
    def told_size(self) -> str:
        """The size as the asker may see it: sealed where it would reveal what goods cost."""
        hidden = sealing.is_sealed_for(self.by, self.action)
        return sealing.seal(self.size) if hidden else canonical(self.size)


def clear(
    action: Action,
    *,
    by: User,
    size: Decimal,
    facts: Mapping[str, Any],
    approval: str | None = None,
    reference: str = "",
) -> bool:
    """Lets an action pass within the caller's transaction, or raises NeedsApproval or Denied. An approval is spent only
    where the limits ask for one, and only if it was given to this person for exactly this action, size and facts.
    Returns True if an approval was spent."""
    wish = Wish(action, by, size, canonical(facts))
    rule = ApprovalRule.objects.of(by, action)
    if rule and rule.allows(size):
        return False
    if not rule or not rule.may_ask(size):
        denials.note(wish.recorded, reference)
        raise Denied(action=action.value, size=wish.told_size)
    if not approval:
        raise wish.needs()
    use(approval, wish, reference)
    return True


def clear_by_any(
    action: Action, size: Decimal, where: Mapping[str, Any], *, by: User, tokens: Sequence[str], reference: str = ""
) -> bool:
    """Tries each approval token in `tokens` until one fits. Returns whether one was spent; if none fits, raises the
    refusal of the last one."""
    *others, last = tokens or [""]
    for token in others:
        try:
            return clear(action, by=by, size=size, facts=where, approval=token or None, reference=reference)
        except NeedsApproval:
            continue
    return clear(action, by=by, size=size, facts=where, approval=last or None, reference=reference)


def use(token: str, wish: Wish, reference: str) -> None:
    """Spends an approval. When two requests spend it at the same moment, the second is refused."""
    # No join here: a row that waited for the lock while a manager answered would come back without its approver.
    held = ApprovalRequest.objects.select_for_update(no_key=True)
    request = held.filter(digest=digest(token), asker=wish.by).first()
    if request is None or bytes(request.binding) != wish.binding or not is_good(request, timezone.now()):
        raise wish.needs(_("This approval was used, is too old, or was given for something else. Ask again."))
    request.used_at = timezone.now()
    request.save(update_fields=["used_at"])
    Approval.objects.create(
        deed=Deed.USED, approver=request.approver, request=request, reference=reference, **wish.recorded
    )


def used_by(asker: User, *, since: datetime) -> list[int]:
    """The requests whose approval this person has used since."""
    return list(ApprovalRequest.objects.filter(asker=asker, used_at__gte=since).values_list("pk", flat=True))


def expire(requests: Sequence[int]) -> None:
    """Ends approvals whose use was undone, so that they cannot be used for anything else."""
    if requests:
        ApprovalRequest.objects.filter(pk__in=requests).update(expires_at=timezone.now())


def is_good(request: ApprovalRequest, now: datetime) -> bool:
    in_time = request.used_at is None and now < request.expires_at
    return bool(in_time and request.is_granted and request.approver and request.approver.is_manager)


def grant(
    action: Action,
    *,
    asker: User,
    approver: str,
    pin: str,
    facts: Mapping[str, Any],
    size: Decimal,
    till: str = "",
) -> str:
    """Approval on the spot: a manager types user name (or badge) and PIN, or password, at the asker's till. Returns a
    token, good once and for a minute. Wrong PINs are counted even if the caller's work is rolled back."""
    wish = wished(action, asker, size, facts)
    manager = approvers.recognise(approver, pin, at=till or asker.username, by=asker)
    refuse_unfit(manager, wish)
    with transaction.atomic(durable=True):
        token, request = open_request(wish, till, ON_THE_SPOT)
        answer_with(request, manager, granted=True)
        Approval.objects.create(deed=Deed.GRANTED, approver=manager, request=request, **wish.recorded)
    return token


@transaction.atomic
def ask(
    action: Action, *, asker: User, facts: Mapping[str, Any], size: Decimal, till: str = ""
) -> tuple[ApprovalRequest, str]:
    """Sends the question to the managers' phones. The token becomes valid when a manager agrees. Asking again while the
    question is open returns the same request with a new token."""
    wish = wished(action, asker, size, facts)
    waiting = still_open().select_for_update(no_key=True).filter(asker=asker, binding=wish.binding).first()
    if waiting:
        token = secrets.token_urlsafe(32)
        waiting.digest = digest(token)
        waiting.save(update_fields=["digest"])
        return waiting, token
    token, request = open_request(wish, till, REMOTE)
    Approval.objects.create(deed=Deed.ASKED, request=request, is_remote=True, **wish.recorded)
    return request, token


def still_open() -> QuerySet[ApprovalRequest]:
    return ApprovalRequest.objects.filter(is_granted=None, expires_at__gt=timezone.now())


WAITING = """
    SELECT count(*) FROM accounts_approvalrequest
     WHERE is_granted IS NULL AND expires_at > %s AND asker_id <> %s
"""


def waiting_for(manager: User) -> int:
    """How many of them this manager may answer. In plain SQL, because every page of a manager asks."""
    waiting: int = rows(WAITING, [timezone.now(), manager.pk])[0][0]
    return waiting


@transaction.atomic
def answer(request_id: int, *, by: User, granted: bool) -> ApprovalRequest:
    """Records a manager's answer from the phone. It cannot be changed; an approval is valid for ten minutes."""
    if not by.is_manager:
        raise ManagersOnly
    request = ApprovalRequest.objects.select_for_update(no_key=True).filter(pk=request_id).first()
    if request is None or request.is_granted is not None or request.expires_at <= timezone.now():
        raise AlreadyAnswered
    wish = Wish(Action(request.action), request.asker, request.size, request.facts)
    if by.pk == request.asker_id or granted:
        refuse_unfit(by, wish)
    request.expires_at = timezone.now() + REMOTE
    answer_with(request, by, granted=granted)
    deed = Deed.GRANTED if granted else Deed.DENIED
    Approval.objects.create(deed=deed, approver=by, request=request, is_remote=True, **wish.recorded)
    return request


def asked(token: str, *, by: User) -> ApprovalRequest | None:
    """The request behind a token, if this person asked it."""
    return ApprovalRequest.objects.select_related("approver").filter(digest=digest(token), asker=by).first()


def open_request(wish: Wish, till: str, good_for: timedelta) -> tuple[str, ApprovalRequest]:
    token = secrets.token_urlsafe(32)
    row = ApprovalRequest(
        digest=digest(token), binding=wish.binding, till=till, expires_at=timezone.now() + good_for, **wish.recorded
    )
    row.save()
    return token, row


def answer_with(request: ApprovalRequest, manager: User, *, granted: bool) -> None:
    request.approver, request.is_granted = manager, granted
    request.save(update_fields=["approver", "is_granted", "expires_at"])


def refuse_unfit(manager: User, wish: Wish) -> None:
    """Raises if the manager is the asker, or may not do this action alone."""
    if manager.pk == wish.by.pk:
        raise OwnApproval
    rule = ApprovalRule.objects.of(manager, wish.action)
    if not rule or not rule.allows(wish.size):
        raise Denied(_("This goes further than this manager may go."), action=wish.action.value)


def checked(wish: Wish) -> Wish:
    if not wish.size.is_finite() or not 0 <= wish.size <= MOST_MONEY:
        raise Invalid("size", _("A size is a number of zero or more."))
    if not in_thousandths(wish.size):
        raise Invalid("size", _("A size has at most three decimals."))
    return wish


def wished(action: Action, by: User, size: Decimal, facts: Mapping[str, Any]) -> Wish:
    """Builds a Wish from outside values, refusing what would not fit a row or a page."""
    storable("facts", facts)
    return checked(Wish(action, by, size, canonical(facts)))


def canonical(value: Any) -> Any:
    """One spelling for equal values, so that 12.5 and 12.50 are the same wish."""
    if isinstance(value, Decimal):
        return f"{value.normalize() + 0:f}" if value.is_finite() else str(value)
    if isinstance(value, Mapping):
        return {str(key): canonical(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [canonical(item) for item in value]
    return value if value is None or isinstance(value, str | int | bool) else str(value)


def digest(token: str) -> bytes:
    return hashlib.sha256(token.encode(errors="replace")).digest()
