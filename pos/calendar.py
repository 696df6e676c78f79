"""Business dates: computed from the shop's time zone and the hour at which its day ends."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from pos.clock import Now
from pos.models import StoreSettings


def on_the_clock(at: datetime) -> datetime:
    """The shop's local time at a moment, without time zone."""
    return timezone.localtime(at).replace(tzinfo=None)


def business_date(at: datetime, cutoff_hour: int) -> date:
    return (on_the_clock(at) - timedelta(hours=cutoff_hour)).date()


def today() -> date:
    """The business date the shop writes on a bill now."""
    terms = StoreSettings.objects.annotate(now=Now()).latest("pk")
    return business_date(terms.now, terms.cutoff_hour)


def beginning(day: date, cutoff_hour: int) -> datetime:
    """The moment a business date begins."""
    return timezone.make_aware(datetime.combine(day, time(cutoff_hour)))


def spelt(at: datetime) -> str:
    """A moment in words, by the shop's clock."""
    return date_format(timezone.localtime(at), _("d M Y, H:i"))
