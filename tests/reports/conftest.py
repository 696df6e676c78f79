import pytest
from django.test import Client
from rest_framework_simplejwt.tokens import AccessToken

from accounts.models import Role, User


def with_token(user: User) -> Client:
    token = AccessToken.for_user(user)
    token["stamp"] = user.stamp()
    return Client(headers={"Authorization": f"Bearer {token}"})


@pytest.fixture
def may_api(db: None) -> Client:
    return with_token(User.objects.create(username="may", name="May", role=Role.MANAGER))


@pytest.fixture
def ana_api(db: None) -> Client:
    return with_token(User.objects.create(username="ana", name="Ana"))
