from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from pos.metrics import pools
from pos.metrics.asked import Asked
from pos.metrics.figures import of_all_processes


@login_not_required
@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Figures for Prometheus, in its text format. There is nothing at this address unless METRICS_TOKEN is set."""
    if not settings.METRICS_TOKEN:
        raise Http404
    if not constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {settings.METRICS_TOKEN}"):
        return HttpResponse(
            "METRICS_TOKEN is wanted.\n",
            status=401,
            content_type="text/plain",
            headers={"WWW-Authenticate": 'Bearer realm="metrics"'},
        )
    pools.publish()
    asked = CollectorRegistry()
    asked.register(Asked())
    return HttpResponse(
        generate_latest(of_all_processes()) + generate_latest(asked), content_type=CONTENT_TYPE_PLAIN_0_0_4
    )
