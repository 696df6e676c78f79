"""A server on 127.0.0.1 with the part of S3 that backups need; it keeps files in memory."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

KEY, SECRET = "shop", "a secret of the shop"


class Bucket(ThreadingHTTPServer):
    """`refuses` is the status given to every request, if set."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.objects: dict[str, tuple[bytes, datetime]] = {}
        self.parts: dict[str, dict[int, bytes]] = {}
        self.refuses = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def names(self) -> set[str]:
        return {name.partition("/")[2] for name in self.objects}


class Answers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Bucket

    def log_message(self, *args: object) -> None:
        pass

    def answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def understood(self) -> tuple[str, dict[str, str], bytes]:
        asked = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        query = {name: values[0] for name, values in parse_qs(asked.query, keep_blank_values=True).items()}
        return unquote(asked.path).removeprefix("/bucket/"), query, body

    def is_refused(self) -> bool:
        signed = self.headers.get("Authorization", "").startswith(f"AWS4-HMAC-SHA256 Credential={KEY}/")
        status = self.server.refuses or (0 if signed else 403)
        if status:
            self.answer(status, b"<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>")
        return bool(status)

    def do_PUT(self) -> None:
        name, query, body = self.understood()
        if self.is_refused():
            return
        if "uploadId" in query:
            self.server.parts[query["uploadId"]][int(query["partNumber"])] = body
        else:
            self.server.objects[name] = body, datetime.now(UTC)
        self.answer(200, ETag='"whole"')

    def do_POST(self) -> None:
        name, query, body = self.understood()
        if self.is_refused():
            return
        if "delete" in query:
            for found in re.findall(rb"<Key>(.*?)</Key>", body):
                self.server.objects.pop(found.decode(), None)
            self.answer(200, b"<DeleteResult></DeleteResult>")
        elif "uploads" in query:
            self.server.parts[name] = {}
            self.answer(200, self.xml("InitiateMultipartUploadResult", UploadId=name))
        else:
            parts = self.server.parts.pop(query["uploadId"])
            self.server.objects[name] = b"".join(parts[number] for number in sorted(parts)), datetime.now(UTC)
            self.answer(200, self.xml("CompleteMultipartUploadResult", ETag="whole"))

    def do_GET(self) -> None:
        name, query, _body = self.understood()
        if self.is_refused():
            return
        if "list-type" in query:
            found = sorted(held for held in self.server.objects if held.startswith(query.get("prefix", "")))
            rows = "".join(self.row(held, *self.server.objects[held]) for held in found)
            self.answer(200, f"<ListBucketResult><IsTruncated>false</IsTruncated>{rows}</ListBucketResult>".encode())
        elif name in self.server.objects:
            content, at = self.server.objects[name]
            self.answer(200, content, ETag='"whole"', Last_Modified=at.strftime("%a, %d %b %Y %H:%M:%S GMT"))
        else:
            self.answer(404, self.xml("Error", Code="NoSuchKey"))

    def row(self, name: str, content: bytes, at: datetime) -> str:
        facts = {"Key": escape(name), "LastModified": at.isoformat(), "Size": len(content), "ETag": "whole"}
        return f"<Contents>{''.join(f'<{tag}>{value}</{tag}>' for tag, value in facts.items())}</Contents>"

    def xml(self, root: str, **facts: str) -> bytes:
        inside = "".join(f"<{tag}>{escape(value)}</{tag}>" for tag, value in facts.items())
        return f"<{root}>{inside}</{root}>".encode()


@contextmanager
def serving() -> Iterator[Bucket]:
    with Bucket() as bucket:
        Thread(target=bucket.serve_forever, daemon=True).start()
        yield bucket
        bucket.shutdown()
