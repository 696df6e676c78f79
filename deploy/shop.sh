#!/bin/sh
# `make shop`: a shop in service on one box, with the embedded PostgreSQL and HTTPS in the shop's own network.
# What it makes up once (keys, passphrase) lies in POS_DATA/shop.env; other settings may be added there.
set -eu
cd "$(dirname "$0")/.."
python=.venv/bin/python
umask 022
mkdir -p "$POS_DATA"
if [ ! -s "$POS_DATA/shop.env" ]; then
    (umask 077 && "$python" - > "$POS_DATA/shop.env" <<'PYTHON'
import secrets

letters = "abcdefghjkmnpqrstuvwxyz23456789"
passphrase = "-".join("".join(secrets.choice(letters) for _ in range(5)) for _ in range(5))
print(f"SECRET_KEY={secrets.token_urlsafe(64)}\nBACKUP_PASSPHRASE={passphrase}")
PYTHON
    )
    echo "Keys were made in $POS_DATA/shop.env. Write the passphrase of the backups on paper:"
    sed -n 's/^BACKUP_PASSPHRASE=/    /p' "$POS_DATA/shop.env"
fi
FRONT_PORT=${FRONT_PORT:-8443}
set -a
. "$POS_DATA/shop.env"
set +a
export DEBUG=0 HOST=127.0.0.1 PORT FRONT_PORT BEHIND_PROXY=on TRUSTED_PROXIES=127.0.0.1
export BACKUP_FOLDER="${BACKUP_FOLDER:-$POS_DATA/backups}"
export ALLOWED_HOSTS="${ALLOWED_HOSTS:-$("$python" -m pos.tls names)}"
"$python" -m pos.embedded start > /dev/null
DATABASE_URL=$("$python" -m pos.embedded shop-url)
DATABASE_OWNER_URL=$("$python" -m pos.embedded url)
DATABASE_WAL_URL=$("$python" -m pos.embedded wal-url)
export DATABASE_URL DATABASE_OWNER_URL DATABASE_WAL_URL
TLS_CERTIFICATE=$("$python" -m pos.tls certificate)
export TLS_CERTIFICATE
if [ $# -gt 0 ]; then
    exec "$python" manage.py "$@"
fi
"$python" manage.py preflight
"$python" manage.py migrate --verbosity 0
# Compressing the page files takes a while: only when one has changed.
if [ ! -e staticfiles/.gathered ] || [ -n "$(find static .venv/installed.txt -newer staticfiles/.gathered -print -quit)" ]; then
    "$python" manage.py collectstatic --noinput --verbosity 0
    touch staticfiles/.gathered
fi
"$python" manage.py create_manager --if-none
for name in $(echo "$ALLOWED_HOSTS" | tr , ' '); do echo "The shop: https://$name:$FRONT_PORT/"; done
echo "Tablets trust it once they have $("$python" -m pos.tls authority): docs/install.md says how."
unset DATABASE_OWNER_URL
"$python" -m pos.tls front &
"$python" manage.py work --with-parent &
exec .venv/bin/gunicorn pos.wsgi
