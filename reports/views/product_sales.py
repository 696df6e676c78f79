"""The sales of one product, for its page."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.doors import permitted
from accounts.http import StaffRequest
from accounts.models import Permission
from inventory.models import Product
from pos import calendar
from reports.figures import product_sales


@never_cache
@require_safe
@permitted(Permission.REPORTS)
def sales(request: StaffRequest, product_id: int) -> HttpResponse:
    product = get_object_or_404(Product, pk=product_id)
    context = {
        "product": product,
        "spans": product_sales.spans(product.pk, calendar.today()),
        "latest": product_sales.latest(product.pk),
    }
    return render(request, "reports/_product_sales.html" if request.htmx else "reports/product_sales.html", context)
