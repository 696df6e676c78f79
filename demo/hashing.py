from django.contrib.auth.hashers import Argon2PasswordHasher


class Quick(Argon2PasswordHasher):
    """For a password and a PIN that everybody may know: the first sign-in hashes the password anew, with full work."""

    time_cost = 1
    memory_cost = 64
    parallelism = 1
