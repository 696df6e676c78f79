"""Importing the package registers its pages with the admin."""

from django.contrib import admin
from django_otp.plugins.otp_static.admin import StaticDevice
from django_otp.plugins.otp_totp.admin import TOTPDevice

from accounts.admin import approvals, settings, staff, trail

__all__ = ["approvals", "settings", "staff", "trail"]

# A second factor is set up by its person, and taken off by a verb that leaves a trace
admin.site.unregister([StaticDevice, TOTPDevice])
