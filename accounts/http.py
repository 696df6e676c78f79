"""Request types with a signed-in user, for the type checker."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails
from rest_framework.request import Request

from accounts.models import User


class StaffRequest(HttpRequest):
    user: User
    htmx: HtmxDetails


class ApiRequest(Request):
    user: User
