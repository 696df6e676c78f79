"""Every list that has a page of its own, by the name in its address, and those of the back office."""

from django.utils.translation import gettext_lazy as _

from files.lists.counter import COUNTER
from files.lists.people import PEOPLES
from files.lists.shelf import SHELF

LISTS = {listed.name: listed for listed in (*COUNTER, *SHELF, *PEOPLES)}
# These have no page beside the back office, which exports them as they are filtered there
BACK_OFFICE = (
    (_("Products"), "admin:inventory_product_export"),
    (_("Stock movements"), "admin:inventory_stockmovement_export"),
    (_("Shifts"), "admin:billing_shift_export"),
)
