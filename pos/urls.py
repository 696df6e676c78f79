from django.contrib import admin
from django.urls import include, path, re_path

from pos.api.errors import unknown_path
from pos.api.root import Root
from pos.metrics.page import metrics
from pos.web import health
from pos.web.media import media

urlpatterns = [
    path("api/v1", Root.as_view(), name="api"),
    path("api/v1/", include("pos.api.urls")),
    path("admin/", admin.site.urls),  # a filtered list resolves the address of each of its rows
    path("", include("billing.urls")),  # before the others: routes are tried in turn, and the till asks most
    path("", include("accounts.urls")),
    path("", include("reports.urls")),
    path("", include("files.urls")),
    path("", include("inventory.urls")),
    path("", include("members.urls")),
    path("healthz", health.alive, name="alive"),
    path("media/<path:path>", media, name="media"),
    path("metrics", metrics, name="metrics"),
    path("readyz", health.ready, name="ready"),
    re_path(r"^api(?:/(?P<rest>[\s\S]*))?$", unknown_path, name="unknown-api-path"),
]

handler400 = "pos.web.error_pages.bad_request"
handler403 = "pos.web.error_pages.forbidden"
handler404 = "pos.web.error_pages.not_found"
handler500 = "pos.web.error_pages.server_error"
