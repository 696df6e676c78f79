"""The certificates of a shop in its own network: an authority of the shop, which tablets are told once to trust, and
the server's certificate, made anew when it runs out or the machine's names change.

The authority is good for names and addresses of a local network alone: whoever steals its key cannot pose as a bank.
"""

import ipaddress
import os
import socket
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

AUTHORITY, SERVER = "shop-authority", "shop-server"
AUTHORITY_LASTS, SERVER_LASTS, RENEWED = timedelta(days=3650), timedelta(days=397), timedelta(days=60)
EARLIER = timedelta(hours=1)  # a tablet's clock may be behind
LOCAL = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "127.0.0.0/8", "fc00::/7", "fe80::/10"]
LOCAL += ["::1/128"]
LOCAL_NAMES = ["localhost", "local", "lan", "internal", "home.arpa"]


def names_of_this_machine() -> list[str]:
    """The names and addresses tablets reach this machine by."""
    host = socket.gethostname().lower().partition(".")[0]
    found = ["localhost", "127.0.0.1", host, f"{host}.local"]
    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        asking.connect(("192.0.2.1", 9))  # sends nothing: the system only says which address it would use
        found.append(asking.getsockname()[0])
    return list(dict.fromkeys(found))


def ready(folder: Path, names: list[str]) -> Path:
    """Makes what is missing, runs out soon or lacks one of the names; returns the server's certificate."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    authority = folder / f"{AUTHORITY}.crt"
    if not is_good(authority, []) or not covers(authority, names):
        make_authority(folder, names)
    server = folder / f"{SERVER}.crt"
    if not is_good(server, names) or not is_by(server, authority):
        make_server(folder, names)
    return server


def is_good(path: Path, names: list[str]) -> bool:
    if not (path.exists() and path.with_suffix(".key").exists()):
        return False
    found = read(path)
    if found.not_valid_after_utc < datetime.now(UTC) + RENEWED:
        return False
    return not names or set(map(general, names)) == set(
        found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    )


def is_by(path: Path, authority: Path) -> bool:
    try:
        read(path).verify_directly_issued_by(read(authority))
    except Exception:
        return False
    return True


def covers(authority: Path, names: list[str]) -> bool:
    allowed = read(authority).extensions.get_extension_for_class(x509.NameConstraints).value.permitted_subtrees or []
    return set(limits(names)) <= set(allowed)


def read(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def general(name: str, *, as_network: bool = False) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_network(name) if as_network else ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def limits(names: list[str]) -> list[x509.GeneralName]:
    """The local networks and names, and the machine's own where it has others."""
    allowed: list[x509.GeneralName] = [x509.DNSName(name) for name in LOCAL_NAMES]
    allowed += [x509.IPAddress(ipaddress.ip_network(network)) for network in LOCAL]
    return allowed + [general(name, as_network=True) for name in names if not is_local(name)]


def is_local(name: str) -> bool:
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return name in LOCAL_NAMES or name.rpartition(".")[2] in LOCAL_NAMES
    return any(address in ipaddress.ip_network(network) for network in LOCAL)


def make_authority(folder: Path, names: list[str]) -> None:
    key, name = ec.generate_private_key(ec.SECP256R1()), named(f"Authority of the shop on {socket.gethostname()}")
    made = (
        begun(name, name, key, AUTHORITY_LASTS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage(signs=True), critical=True)
        .add_extension(x509.NameConstraints(limits(names), None), critical=True)
        .sign(key, hashes.SHA256())
    )
    keep(folder / f"{AUTHORITY}.crt", made, key)


def make_server(folder: Path, names: list[str]) -> None:
    authority = folder / f"{AUTHORITY}.crt"
    signer, issuer = (
        serialization.load_pem_private_key(authority.with_suffix(".key").read_bytes(), None),
        read(authority),
    )
    assert isinstance(signer, ec.EllipticCurvePrivateKey)
    key = ec.generate_private_key(ec.SECP256R1())
    made = (
        begun(named(names[0]), issuer.subject, key, SERVER_LASTS)
        .add_extension(x509.SubjectAlternativeName(map(general, names)), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage(signs=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
        .sign(signer, hashes.SHA256())
    )
    keep(folder / f"{SERVER}.crt", made, key)


def named(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common[:64])])


def begun(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, lasts: timedelta
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - EARLIER)
        .not_valid_after(now + lasts)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs,
        crl_sign=signs,
        encipher_only=False,
        decipher_only=False,
    )


def keep(path: Path, made: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> None:
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    with os.fdopen(os.open(path.with_suffix(".key"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(secret)
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM))
