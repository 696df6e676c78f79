"""The doctor through the API says what the page says."""

import pytest
from django.test import Client

from reports.doctor.examination import examine

pytestmark = pytest.mark.django_db
DOCTOR = "/api/v1/doctor"


def test_api_of_the_doctor_returns_what_its_page_shows(may_api: Client) -> None:
    told = may_api.get(DOCTOR)
    assert told.status_code == 200
    findings = told.json()["findings"]
    assert [one["code"] for one in findings] == [one.code for one in examine()]
    assert told.json()["is_bad"] is any(one["state"] == "bad" for one in findings)
    assert all(one["do"] for one in findings if one["state"] != "good")
    assert isinstance(told.json()["runs"], list)


def test_doctor_of_the_api_is_for_managers(ana_api: Client) -> None:
    assert ana_api.get(DOCTOR).status_code == 403
    assert Client().get(DOCTOR).status_code == 401
