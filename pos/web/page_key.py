"""The key in a page's form (`{% page_key %}`), so that a form sent twice has its effect once."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from pos.errors import Invalid
from pos.exactly_once import ANEW, Anew, Once


def once_of(request: HttpRequest, deed: str, asked: Mapping[str, Any]) -> Anew:
    """The key of the submitted form, for the verb that does the work."""
    if not (key := request.POST.get("key")):
        return ANEW
    try:
        return Once(UUID(key), deed, asked, by=request.user.pk or 0)
    except ValueError:
        raise Invalid("key", _("This form is damaged. Open it anew.")) from None
