from django.contrib.auth.hashers import Argon2PasswordHasher


class Quick(Argon2PasswordHasher):
    """Weak and fast, for the demo's public password and PIN: the first sign-in hashes the password again at full
    strength."""

    time_cost = 1
    memory_cost = 64
    parallelism = 1
