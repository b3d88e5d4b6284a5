"""A real web server on this machine, whose pages a test writes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from summariser.errors import FetchError
from summariser.reading import fetch_article

Answer = Callable[[BaseHTTPRequestHandler], None]

ErrorOf = Callable[..., str]


@dataclass
class Site:
    """`requests` are the ones that arrived, as path and headers."""

    root: str
    answers: dict[str, Answer] = field(default_factory=dict)
    requests: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def page(self, path: str, body: bytes, status: int = 200, **headers: str) -> str:
        """Put a page up and return its URL; ``Content_Type`` stands for ``Content-Type``."""

        def answer(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(status)
            for name, value in headers.items():
                handler.send_header(name.replace("_", "-"), value)
            handler.send_header("Content-Length", str(len(body)))
            handler.end_headers()
            handler.wfile.write(body)

        return self.answer(path, answer)

    def redirect(self, path: str, to: str) -> str:
        return self.page(path, b"", status=302, Location=to)

    def answer(self, path: str, answer: Answer) -> str:
        self.answers[path] = answer
        return self.root + path


@pytest.fixture
def site() -> Iterator[Site]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            here.requests.append((self.path, dict(self.headers)))
            # A client that has seen enough closes the connection in the middle.
            try:
                here.answers[self.path](self)
            except OSError:
                self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    here = Site(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield here
    server.shutdown()
    thread.join()
    # Without waiting for handlers that still drip.
    server.socket.close()


@pytest.fixture
def error_of() -> ErrorOf:
    """What fetching a URL fails with; this machine is not refused for being private."""

    def fetch(url: str, *, allow_private: bool = True) -> str:
        with pytest.raises(FetchError) as caught:
            fetch_article(url, allow_private=allow_private)
        assert str(caught.value).isprintable()
        assert caught.value.hint
        return str(caught.value)

    return fetch
