"""The reasons the shop offers where a deed asks for one."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ReasonFor(models.TextChoices):
    WRITE_OFF = "write_off", _("write-off")
    REFUND = "refund", _("Refund")
    PAY_IN = "pay_in", _("Pay-in")
    PAY_OUT = "pay_out", _("Pay-out")
    PRICE = "price", _("Price change")


class Reason(models.Model):
    """Offered beside free text. What a deed keeps is the text that was shown, so a reason may be changed any time."""

    deed = models.CharField(_("for"), max_length=9, choices=ReasonFor)
    code = models.SlugField(_("short name"), max_length=30, help_text=_("for programs; small letters, digits, - and _"))
    text = models.CharField(_("wording"), max_length=100)
    is_active = models.BooleanField(_("offered"), default=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("reason")
        verbose_name_plural = _("reasons")
        ordering = ["deed", "position", "text"]
        constraints = [
            models.UniqueConstraint(
                fields=["deed", "code"],
                name="reason_code_unique",
                violation_error_message=_("There is already a reason with this code."),
            ),
            models.CheckConstraint(condition=models.Q(deed__in=ReasonFor.values), name="reason_deed_is_known"),
            models.CheckConstraint(condition=~models.Q(text="") & ~models.Q(code=""), name="reason_says_something"),
        ]

    def __str__(self) -> str:
        return self.text
