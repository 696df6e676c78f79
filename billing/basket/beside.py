"""What the till's page shows beside the lines of a basket, read in one statement because every scan shows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from billing.counter import terms_for
from billing.models import Basket, BasketState
from billing.pricing import Terms
from members.points import Account
from pos.postgres.rows import rows


@dataclass(frozen=True, slots=True)
class Accepted:
    """A tender that the shop takes."""

    code: str
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Other:
    """An open or parked basket."""

    id: int
    version: int
    state: str
    label: str
    cashier_id: int
    cashier: str
    line_count: int


@dataclass(frozen=True, slots=True)
class Beside:
    """`others` are the open baskets of the till and the parked ones of the whole shop,
    those unchanged longest first. `points_asked` is what the customer display is asking the member to pay."""

    vip_rate: Decimal
    tax_included: bool
    point_multiplier: Decimal
    has_gift_cards: bool
    has_presented: bool
    has_unknown_codes: bool
    points_asked: Decimal | None
    tenders: tuple[Accepted, ...]
    others: Sequence[Other]

    def terms(self, member: Account | None) -> Terms:
        return terms_for(member, self.vip_rate, self.tax_included, self.point_multiplier)

    def mine(self, cashier: int) -> list[Other]:
        """The cashier's own open ones, in the order opened."""
        opened = (other for other in self.others if other.state == BasketState.OPEN and other.cashier_id == cashier)
        return sorted(opened, key=lambda other: other.id)

    def of_others(self, cashier: int) -> list[Other]:
        """Other cashiers' open ones, if not empty."""
        opened = (other for other in self.others if other.state == BasketState.OPEN and other.cashier_id != cashier)
        return [other for other in opened if other.line_count]

    @property
    def parked(self) -> list[Other]:
        return [other for other in self.others if other.state == BasketState.PARKED]


READ = """
    SELECT t.vip_discount_rate, t.prices_include_tax, t.point_multiplier,
           EXISTS (SELECT FROM billing_basketgiftcard WHERE basket_id = b.id AND removed_at IS NULL),
           EXISTS (SELECT FROM billing_presentedcard WHERE basket_id = b.id),
           EXISTS (SELECT FROM billing_unknownscan
                    WHERE register_id = b.register_id AND on_screen AND settled_at IS NULL),
           (SELECT amount FROM billing_pointsasked WHERE basket_id = b.id),
           (SELECT json_agg(json_build_array(code, name, kind) ORDER BY position, code)
              FROM billing_tender WHERE is_active),
           (SELECT json_agg(json_build_array(o.id, o.version, o.state, o.label, u.id,
                                             coalesce(nullif(u.name, ''), u.username), o.lines + o.cards)
                            ORDER BY o.updated_at, o.id)
              FROM (SELECT *, (SELECT count(*) FROM billing_basketline
                                WHERE basket_id = billing_basket.id AND removed_at IS NULL) AS lines,
                           (SELECT count(*) FROM billing_basketgiftcard
                             WHERE basket_id = billing_basket.id AND removed_at IS NULL) AS cards
                      FROM billing_basket
                     WHERE state IN ('open', 'parked') AND is_practice = b.is_practice
                       AND (state = 'parked' OR register_id = b.register_id)) o
              JOIN accounts_user u ON u.id = o.cashier_id)
      FROM (SELECT %s::bigint AS id, %s::bigint AS register_id, %s::boolean AS is_practice) b,
           (SELECT * FROM pos_storesettings ORDER BY id DESC LIMIT 1) t
"""


def read(basket: Basket) -> Beside:
    row = list(rows(READ, [basket.pk, basket.register_id, basket.is_practice])[0])
    row[-2:] = tuple(Accepted(*facts) for facts in row[-2] or []), [Other(*facts) for facts in row[-1] or []]
    return Beside(*row)
