from django.core.management import call_command

from accounts.models import AuditEntry, User
from billing import baskets
from billing.models import Basket, BasketState, Register
from inventory.models import Product


def test_basket_nobody_touched_is_given_up_and_remembered(r1: Register, ana: User, tea: Product) -> None:
    old, new = baskets.start(r1, ana), baskets.start(r1, ana)
    baskets.add(old.pk, tea.pk)
    Basket.objects.filter(pk=old.pk).update(updated_at="2020-01-01T00:00Z")
    call_command("drop_old_baskets", "--days", "7")
    assert Basket.objects.get(pk=old.pk).state == BasketState.DROPPED
    assert old.lines.get().removed_at is not None
    assert Basket.objects.get(pk=new.pk).state == BasketState.OPEN
    assert AuditEntry.objects.get(action="basket.aged_out").subject == str(old.pk)
