from django import forms

from members.contact import LONGEST_EMAIL, LONGEST_NAME

LONGEST_TYPED_PHONE = 40


def pin_field(label: str, *, required: bool = True) -> forms.CharField:
    attrs = {"inputmode": "numeric", "autocomplete": "off"}
    widget = forms.PasswordInput(attrs=attrs)
    return forms.CharField(label=label, max_length=6, strip=False, required=required, widget=widget)


class PersonForm(forms.Form):
    """Name, e-mail and phone; what makes them right is said by the registry."""

    name = forms.CharField(max_length=LONGEST_NAME, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    email = forms.CharField(
        label="E-mail",
        max_length=LONGEST_EMAIL,
        strip=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    phone = forms.CharField(
        max_length=LONGEST_TYPED_PHONE,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )


class RegisterForm(PersonForm):
    pin = pin_field("PIN")

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["pin"].help_text = "Six digits, typed by the member."
        self.fields["name"].widget.attrs["autofocus"] = True


class VipForm(forms.Form):
    pin = pin_field("Member's PIN", required=False)


class NewPinForm(forms.Form):
    pin = pin_field("PIN now", required=False)
    new_pin = pin_field("New PIN")
