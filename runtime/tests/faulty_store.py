"""A proxy in front of an HTTP object store that loses, damages and refuses now and then, as real ones do."""

from __future__ import annotations

import http.client
import random
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

FAULTS = ("unavailable", "failed", "refused", "dropped", "answer lost", "answer cut")
STORES: dict[str, tuple[FaultyStore, str]] = {}  # by folder of a test, for its functions, and what to do to them
_SKIPPED = {"transfer-encoding", "connection", "content-length"}


class FaultyStore:
    """Lets everything through until `faults` says otherwise: how often each one comes, from 0 to 1."""

    def __init__(self, store: str, seed: int) -> None:
        self._store = urlsplit(store)
        self._chance = random.Random(seed)
        self._lock = threading.Lock()
        self.faults: dict[str, float] = {}
        self.met: Counter[str] = Counter()
        self.url = ""

    def fault(self) -> str | None:
        with self._lock:
            for name, often in self.faults.items():
                if self._chance.random() < often:
                    self.met[name] += 1
                    return name
        return None

    @contextmanager
    def serving(self) -> Iterator[FaultyStore]:
        server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"proxy": self}))
        server.daemon_threads = True
        self.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()
            thread.join()

    def forward(self, method: str, path: str, headers: list[tuple[str, str]], body: bytes) -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection(self._store.hostname or "", self._store.port, timeout=30)
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in headers:
            connection.putheader(name, value)
        connection.endheaders(body)
        return connection.getresponse()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    proxy: FaultyStore

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        fault = self.proxy.fault()
        if fault == "unavailable":
            return self._error(503, "SlowDown")
        if fault == "failed":
            return self._error(500, "InternalError")
        if fault == "refused":
            return self._error(403, "AccessDenied")
        if fault == "dropped":
            return self._hang_up()
        response = self.proxy.forward(self.command, self.path, self.headers.items(), body)
        content = response.read()
        if fault == "answer lost":
            return self._hang_up()
        self.send_response(response.status)
        for name, value in response.getheaders():
            if name.lower() not in _SKIPPED:
                self.send_header(name, value)
        length = response.getheader("Content-Length") if self.command == "HEAD" else str(len(content))
        self.send_header("Content-Length", length or "0")
        self.end_headers()
        if fault == "answer cut" and content:
            self.wfile.write(content[: len(content) // 2])
            return self._hang_up()
        self.wfile.write(content)
        return None

    do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = _answer  # noqa: N815 - the names that http.server calls

    def _error(self, status: int, code: str) -> None:
        content = f"<Error><Code>{code}</Code><Message>{code}</Message></Error>".encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/xml")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def _hang_up(self) -> None:
        self.close_connection = True
        self.connection.close()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class calls it so
        """Says nothing."""
