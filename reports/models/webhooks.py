from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from pos.clock import Now

LONGEST_URL, LONGEST_CURSOR = 500, 200


class OffReason(models.TextChoices):
    MANAGER = "manager", _("Turned off by a manager.")
    GONE = "gone", _("The receiver answered 410: it wants nothing more.")
    FAILING = "failing", _("The receiver took nothing for three days.")
    CURSOR_GONE = "cursor_gone", _("The books were restored, or the hook was off for too long. Take a snapshot again.")
    SECRET_LOST = "secret_lost", _("SECRET_KEY of the shop is another one. Make a new secret.")


class Trouble(models.TextChoices):
    FORBIDDEN = "forbidden", _("Its address lies in the shop's own network.")
    NOT_FOUND = "not_found", _("Its name has no address.")
    TOO_SLOW = "too_slow", _("No answer in five seconds.")
    NOT_TRUSTED = "not_trusted", _("Its certificate is not valid.")
    NO_ANSWER = "no_answer", _("It gave no answer in HTTP.")
    UNREACHABLE = "unreachable", _("Nobody took the connection.")
    NOT_SIGNED = "not_signed", _("Its secret cannot be read any more. Make a new one.")


class Webhook(models.Model):
    """Pushes the feed to a receiver: `cursor` is the place in the feed up to which it has taken everything.

    `until` is not empty while a message is on its way: what lies between the two, so that a message that is sent again
    holds the same entries under the same number.
    """

    mark = models.UUIDField(_("mark"), default=uuid4, help_text=_("begins the ids of its messages"))
    url = models.CharField(_("address"), max_length=LONGEST_URL)
    types = ArrayField(
        models.CharField(max_length=20), verbose_name=_("types"), default=list, help_text=_("empty: everything")
    )
    made_by = models.ForeignKey(User, verbose_name=_("made by"), on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("made at"), db_default=Now())
    cursor = models.CharField(_("cursor"), max_length=LONGEST_CURSOR)
    until = models.CharField(_("until"), max_length=LONGEST_CURSOR, blank=True, default="")
    number = models.PositiveBigIntegerField(_("number of its last message"), default=0)
    looked_at = models.DateTimeField(_("looked at"), null=True)
    held_until = models.DateTimeField(_("held until"), null=True, help_text=_("by the worker that sends"))
    is_slow = models.BooleanField(_("slow"), default=False)
    tries = models.PositiveIntegerField(_("tries in vain"), default=0)
    failing_since = models.DateTimeField(_("failing since"), null=True)
    next_try_at = models.DateTimeField(_("next try at"), null=True)
    off_at = models.DateTimeField(_("off since"), null=True)
    off_reason = models.CharField(_("why it is off"), max_length=20, choices=OffReason, blank=True, default="")

    class Meta:
        verbose_name = _("web hook")
        verbose_name_plural = _("web hooks")
        constraints = [
            models.CheckConstraint(
                condition=Q(off_at__isnull=True, off_reason="")
                | Q(off_at__isnull=False, off_reason__in=OffReason.values),
                name="webhook_off_for_a_reason",
            )
        ]

    def __str__(self) -> str:
        return self.url

    @property
    def is_on(self) -> bool:
        return self.off_at is None


class WebhookSecret(models.Model):
    """What signs its messages, encrypted. Two are in force while a new one overlaps with the one before."""

    hook = models.ForeignKey(Webhook, verbose_name=_("web hook"), on_delete=models.CASCADE, related_name="secrets")
    sealed = models.BinaryField(_("secret, encrypted"))
    made_at = models.DateTimeField(_("made at"), db_default=Now())
    ends_at = models.DateTimeField(_("ends at"), null=True, help_text=_("empty: in force"))

    class Meta:
        verbose_name = _("secret of a web hook")
        verbose_name_plural = _("secrets of web hooks")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.hook_id}/{self.pk}"


class WebhookDelivery(models.Model):
    """A message as it was sent once, and what the receiver answered. A test waits here until the worker sends it.

    What it said is not kept: `after` and `until` are places in the feed, where it can be read again.
    """

    hook = models.ForeignKey(Webhook, verbose_name=_("web hook"), on_delete=models.CASCADE, related_name="deliveries")
    message = models.CharField(_("message"), max_length=60, blank=True, default="")
    is_test = models.BooleanField(_("test"), default=False)
    after = models.CharField(_("after"), max_length=LONGEST_CURSOR)
    until = models.CharField(_("until"), max_length=LONGEST_CURSOR, blank=True, default="")
    entries = models.PositiveIntegerField(_("entries"), default=0)
    at = models.DateTimeField(_("at"), db_default=Now())
    sent_at = models.DateTimeField(_("sent at"), null=True)
    status = models.PositiveSmallIntegerField(_("status"), null=True, help_text=_("empty: no answer"))
    trouble = models.CharField(_("trouble"), max_length=20, choices=Trouble, blank=True, default="")
    answer = models.CharField(_("answer"), max_length=300, blank=True, default="")
    ms = models.PositiveIntegerField(_("milliseconds"), default=0)

    class Meta:
        verbose_name = _("delivery of a web hook")
        verbose_name_plural = _("deliveries of web hooks")
        indexes = [
            models.Index(fields=["hook", "-id"], name="deliveries_of_a_hook"),
            models.Index(fields=["id"], name="deliveries_waiting", condition=Q(sent_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return self.message

    @property
    def is_taken(self) -> bool:
        return self.status is not None and 200 <= self.status < 300
