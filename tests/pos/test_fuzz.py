"""Fuzzing: the API answers any request as its OpenAPI document says, and never with a 500."""

from typing import Any

import schemathesis
from hypothesis import HealthCheck, given, settings
from pytest_django.live_server_helper import LiveServer
from schemathesis import checks

from accounts.access.tokens import issue
from accounts.models import User
from billing.models import Register
from inventory.models import Product
from members.models import Member

PROMISES = [
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
]


def test_api_answers_as_its_document_says(
    live_server: LiveServer, may: User, ana: User, tea: Product, vera: Member, r1: Register
) -> None:
    document = schemathesis.openapi.from_url(f"{live_server.url}/api/v1/schema")
    for found in document.get_all_operations():
        operation = found.ok()

        @given(case=operation.as_strategy())
        @settings(max_examples=2, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
        def answers(case: Any) -> None:
            headers = {"Authorization": f"Bearer {issue(User.objects.get(pk=may.pk))['access']}"}
            case.call_and_validate(headers=headers, checks=PROMISES)

        answers()
