from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms
from django.contrib.admin.widgets import AdminEmailInputWidget
from django.utils.translation import gettext_lazy as _

from accounts.admin.forms import ShapeForm
from members.forms import pin_field
from members.models import Member
from members.points import LONGEST_REASON
from pos.amounts import AmountField


class NewMemberForm(ShapeForm):
    email = forms.EmailField(label=_("E-mail"), required=False, widget=AdminEmailInputWidget)
    new_pin = pin_field(_("PIN"))

    class Meta:
        model = Member
        fields = ("name", "email", "phone")


class MemberForm(ShapeForm):
    """Besides the plain fields: the PIN, points and erase fields stay empty unless the manager wants that action."""

    email = forms.EmailField(label=_("E-mail"), required=False, widget=AdminEmailInputWidget)
    new_pin = pin_field(_("New PIN"), required=False)
    points_change = AmountField(
        label=_("Points"), required=False, max_digits=12, decimal_places=3, help_text=_("+5 gives, -5 takes")
    )
    points_reason = forms.CharField(label=_("Reason"), required=False, max_length=LONGEST_REASON)
    points_key = forms.UUIDField(label=_("key"), widget=forms.HiddenInput, initial=uuid4)
    erase = forms.CharField(
        required=False,
        max_length=20,
        label=_("Erase for good"),
        help_text=_("type the member's number to forget the person"),
    )

    class Meta:
        model = Member
        fields = ("name", "email", "phone", "is_active", "staff")

    def clean_erase(self) -> bool:
        typed: str = self.cleaned_data["erase"]
        if typed and typed != self.instance.number:
            raise forms.ValidationError(_("This is not the member's number."))
        return bool(typed)

    def clean_points_change(self) -> Decimal | None:
        change: Decimal | None = self.cleaned_data["points_change"]
        return change or None

    def clean(self) -> dict[str, Any] | None:
        if self.cleaned_data.get("points_change") and not self.cleaned_data.get("points_reason"):
            self.add_error("points_reason", _("A correction needs a reason."))
        return super().clean()
