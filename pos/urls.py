from django.contrib import admin
from django.urls import include, path, re_path

from pos import health
from pos.api_errors import unknown_path
from pos.media import media

urlpatterns = [
    path("api/v1/", include("pos.api_urls")),
    path("", include("accounts.urls")),
    path("", include("reports.urls")),
    path("", include("members.urls")),
    path("", include("billing.urls")),
    path("admin/", admin.site.urls),
    path("healthz", health.alive, name="alive"),
    path("media/<path:path>", media, name="media"),
    path("readyz", health.ready, name="ready"),
    re_path(r"^api(?:/(?P<rest>[\s\S]*))?$", unknown_path, name="unknown-api-path"),
]

handler400 = "pos.error_pages.bad_request"
handler403 = "pos.error_pages.forbidden"
handler404 = "pos.error_pages.not_found"
handler500 = "pos.error_pages.server_error"
