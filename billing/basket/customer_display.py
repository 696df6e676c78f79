"""The customer display: paired by a short code, it shows the basket and takes the member's PIN."""

import hmac
import secrets
import uuid
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import cached_property

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import trail
from accounts.access import attempts
from accounts.models import User
from billing.basket import baskets, customer, presented_cards, returned_goods
from billing.basket.priced import Shown, show
from billing.basket.returned_goods import Swapping
from billing.models import Basket, BasketState, Bill, BillKind, PointsAsked, Register
from billing.receipts import outcome
from billing.receipts.outcome import Outcome
from pos.clock import Now
from pos.errors import Invalid, Refused, Stale
from pos.money import ZERO

CODE_HOLDS = 300  # seconds; the previous code stays valid for as long again
GOODBYE = timedelta(seconds=90)


class WrongCode(Refused):
    code = "wrong_code"
    status = 403
    message = _("This is not the code the till shows now.")


class NothingAsked(Refused):
    code = "nothing_asked"
    message = _("The till is not asking any more.")


def pairing_code(register: Register, *, windows_ago: int = 0) -> str:
    window = int(timezone.now().timestamp()) // CODE_HOLDS - windows_ago
    said = f"second screen {register.pk} {register.display_key} {window}"
    digest = hmac.digest(settings.SECRET_KEY.encode(), said.encode(), "sha256")
    return f"{int.from_bytes(digest[:8], 'big') % 1_000_000:06d}"


def pair(register: Register, code: str) -> None:
    """Pairs the display. Refuses a wrong code, and after several wrong ones every code for a while."""
    key = f"second screen {register.pk}"
    charge = attempts.charge({key: attempts.PER_NAME})
    typed = code.replace(" ", "").encode()
    if not any(secrets.compare_digest(typed, pairing_code(register, windows_ago=ago).encode()) for ago in (0, 1)):
        raise WrongCode
    charge.take_back()
    Register.objects.filter(pk=register.pk).update(display_paired_at=Now())


@transaction.atomic
def unpair(register: Register, *, by: User) -> None:
    Register.objects.filter(pk=register.pk).update(display_key=uuid.uuid4(), display_paired_at=None)
    trail.record(by, "display.unpaired", register.code)


@dataclass(frozen=True)
class Showing:
    """What the customer sees now: an open basket, a bill just paid, or a welcome."""

    register: Register
    basket: Basket | None
    bill: Bill | None

    @cached_property
    def shown(self) -> Shown | None:
        return show(self.basket) if self.basket else None

    @cached_property
    def swap(self) -> Swapping | None:
        return returned_goods.shown(self.basket, self.shown.quote) if self.basket and self.shown else None

    @cached_property
    def presented(self) -> list[presented_cards.Part]:
        """The presented cards, each with the amount it pays."""
        if self.basket is None or self.shown is None:
            return []
        return presented_cards.parts(self.basket, self.due_before_cards - self.shown.quote.cards)

    @property
    def due_before_cards(self) -> Decimal:
        if self.swap and self.swap.paying:
            return self.swap.paying.due
        return self.shown.quote.due if self.shown else ZERO

    @property
    def due(self) -> Decimal:
        return self.due_before_cards - presented_cards.together(self.presented)

    @property
    def outcome(self) -> Outcome | None:
        return outcome.of(self.bill) if self.bill else None

    @property
    def asked(self) -> Decimal | None:
        waiting = getattr(self.basket, "points_asked", None)
        return waiting.amount if waiting else None

    @property
    def etag(self) -> str:
        """Changes with everything the display shows."""
        if self.basket:
            return f'"{self.basket.pk}-{self.basket.version}-{self.asked or 0:f}"'
        return f'"bill-{self.bill.pk}"' if self.bill else '"idle"'


def showing(register: Register) -> Showing:
    served = Basket.objects.filter(register=register, state=BasketState.OPEN).select_related(
        "member", "points_asked", "original"
    )
    basket = served.order_by("-updated_at").first()
    if basket and basket.version == 1:
        basket = None
    since = max(timezone.now() - GOODBYE, basket.updated_at if basket else timezone.now() - GOODBYE)
    sold = register.bills.filter(kind=BillKind.SALE).select_related("member", "exchange").order_by("-sequence").first()
    bill = sold if sold and sold.at > since else None
    return Showing(register, None if bill else basket, bill)


@transaction.atomic
def ask(basket_id: int, points: Decimal, *, version: int) -> None:
    """Makes the customer display ask the member for the PIN."""
    basket = baskets.hold(basket_id, version)
    customer.refuse_unpayable(basket, points)
    PointsAsked.objects.update_or_create(basket=basket, defaults={"amount": points})
    baskets.changed(basket)


@transaction.atomic
def stop_asking(basket_id: int) -> None:
    PointsAsked.objects.filter(basket=baskets.hold(basket_id)).delete()


def answer(register: Register, pin: str) -> None:
    """The member types the PIN: the points are agreed, recorded under the basket's cashier."""
    asking = showing(register)
    if asking.basket is None or asking.asked is None:
        raise NothingAsked
    try:
        customer.spend_points(
            asking.basket.pk, asking.asked, pin, version=asking.basket.version, by=asking.basket.cashier
        )
    except (Stale, Invalid):
        raise NothingAsked from None
    PointsAsked.objects.filter(basket=asking.basket).delete()


def decline(register: Register) -> None:
    asking = showing(register)
    if asking.basket is not None:
        stop_asking(asking.basket.pk)
