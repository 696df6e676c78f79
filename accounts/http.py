"""Requests of people who have signed in, as the type checker should see them."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails
from rest_framework.request import Request

from accounts.models import User


class StaffRequest(HttpRequest):
    user: User
    htmx: HtmxDetails


class ApiRequest(Request):
    user: User
