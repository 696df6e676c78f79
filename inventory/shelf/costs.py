"""Where the cost of a product comes from: it is typed until the first delivery that says what it cost."""

from django.db.models import Exists, OuterRef

from inventory.models import MovementKind, Product, StockMovement

DELIVERED = StockMovement.objects.filter(kind=MovementKind.DELIVERY, unit_cost__isnull=False)
IS_AVERAGE = Exists(DELIVERED.filter(product=OuterRef("pk")))


def is_average(product: Product) -> bool:
    return DELIVERED.filter(product=product).exists()
