from django.core.serializers.json import DjangoJSONEncoder
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from pos.clock import Now


class AccountNumber(models.Model):
    """The number an accountant books one kind of amount under; `detail` is a tender's code or a tax rate."""

    role = models.CharField(_("role"), max_length=20)
    detail = models.CharField(_("detail"), max_length=20, blank=True)
    number = models.CharField(
        _("account number"), max_length=9, validators=[RegexValidator(r"\A[0-9]{1,9}\Z", _("Up to nine digits."))]
    )
    tax_key = models.CharField(
        _("tax key"), max_length=4, blank=True, validators=[RegexValidator(r"\A[0-9]{0,4}\Z", _("Up to four digits."))]
    )

    class Meta:
        verbose_name = _("account number")
        verbose_name_plural = _("account numbers")
        constraints = [models.UniqueConstraint(fields=["role", "detail"], name="account_once_per_role")]

    def __str__(self) -> str:
        return f"{self.role} {self.detail} {self.number}"


class JournalDay(models.Model):
    """The journal of a closed business day as it was first handed over; append-only, never computed again."""

    day = models.DateField(_("day"), unique=True)
    document = models.JSONField(_("document"), encoder=DjangoJSONEncoder)
    at = models.DateTimeField(_("at"), db_default=Now())

    class Meta:
        verbose_name = _("journal of a day")
        verbose_name_plural = _("journals of days")

    def __str__(self) -> str:
        return self.day.isoformat()
