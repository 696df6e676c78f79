"""Every route of /api/v1 on one page."""

from csp.constants import UNSAFE_INLINE
from csp.decorators import csp_update
from django.contrib.auth.decorators import login_required
from django.urls import URLPattern, URLResolver, path

from accounts import settings_api
from pos.api_docs import DocsView, SchemaView

swagger_styles = csp_update({"style-src": [UNSAFE_INLINE]})

urlpatterns: list[URLPattern | URLResolver] = [
    path("settings", settings_api.Settings.as_view(), name="api-settings"),
    path("settings/history", settings_api.SettingsHistory.as_view(), name="api-settings-history"),
    path("schema", SchemaView.as_view(), name="schema"),
    path("docs", login_required(swagger_styles(DocsView.as_view())), name="docs"),
]
