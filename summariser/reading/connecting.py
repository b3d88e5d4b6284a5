"""The one way out to the network: to checked addresses only, and with an end in time and size.

A check of the URL before the request is not enough: a name may resolve to a public address when it is
checked and to a private one when it is connected to (DNS rebinding). So the check sits where the connection
is made: a name is resolved once, and the connection goes to the very address that was checked. TLS still
sees the name, and no redirect can pass by.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import httpcore2
import httpx2

from summariser.errors import FetchError
from summariser.reading.addresses import is_public
from summariser.reading.cleaning import one_line


class CheckedBackend(httpcore2.SyncBackend):
    def __init__(self, *, seconds: float, allow_private: bool) -> None:
        self._deadline = time.monotonic() + seconds
        self._allow_private = allow_private

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        failure: Exception = httpcore2.ConnectError("no address")
        for address in self._addresses(host, port):
            try:
                stream = super().connect_tcp(
                    address, port, _left(self._deadline, timeout), local_address, socket_options
                )
                return _TimedStream(stream, self._deadline)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error
        raise failure

    def _addresses(self, host: str, port: int) -> list[str]:
        """All addresses of the host. The resolver of the system keeps its own, short time limit."""
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            # UnicodeError: a label of the name is empty or too long.
            raise FetchError(
                f"the host {host[:100]} is not known", hint="Check the address and the network."
            ) from None
        addresses = [str(socket_address[0]) for *_, socket_address in found]
        private = [address for address in addresses if not is_public(address)]
        if private and not self._allow_private:
            raise FetchError(
                f"leads to {private[0]}, which is not an address of the public internet",
                hint="Allow private addresses only where you trust whoever gives the URLs.",
            )
        return addresses


class _TimedStream(httpcore2.NetworkStream):
    """Cuts every wait at the deadline: a server that sends a byte now and then never trips a timeout."""

    def __init__(self, stream: httpcore2.NetworkStream, deadline: float) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(self._deadline, timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(self._deadline, timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        secured = self._stream.start_tls(ssl_context, server_hostname, _left(self._deadline, timeout))
        return _TimedStream(secured, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _left(deadline: float, timeout: float | None) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise httpcore2.ReadTimeout
    return left if timeout is None else min(left, timeout)


class CheckedTransport(httpx2.BaseTransport):
    """Sends through a `CheckedBackend`, and raises `FetchError`.

    It takes no proxy, though the environment may name one (a client with a transport of its own never asks
    the environment): a proxy resolves names by itself, behind our back. Certificates of the environment
    (SSL_CERT_FILE) are honoured.
    """

    def __init__(self, backend: CheckedBackend, *, size_limit: int) -> None:
        self._pool = httpcore2.ConnectionPool(network_backend=backend)
        self._size_limit = size_limit

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        url = httpcore2.URL(
            scheme=request.url.raw_scheme,
            host=request.url.raw_host,
            port=request.url.port,
            target=request.url.raw_path,
        )
        with _as_fetch_error():
            answer = self._pool.handle_request(
                httpcore2.Request("GET", url, headers=request.headers.raw, extensions=request.extensions)
            )
        body = _LimitedBody(answer, self._size_limit)
        return httpx2.Response(
            answer.status, headers=answer.headers, stream=body, extensions=answer.extensions
        )

    def close(self) -> None:
        self._pool.close()


class _LimitedBody(httpx2.SyncByteStream):
    """Counts what comes over the wire; after unpacking it is counted once more, by whoever reads."""

    def __init__(self, answer: httpcore2.Response, limit: int) -> None:
        self._answer = answer
        self._limit = limit

    def __iter__(self) -> Iterator[bytes]:
        size = 0
        with _as_fetch_error():
            for chunk in self._answer.iter_stream():
                size += len(chunk)
                if size > self._limit:
                    raise too_large(self._limit)
                yield chunk

    def close(self) -> None:
        self._answer.close()


def too_large(limit: int) -> FetchError:
    return FetchError(
        f"the page is larger than {limit / 1_000_000:g} MB",
        hint="Save the text of the article, and read that.",
    )


@contextmanager
def _as_fetch_error() -> Iterator[None]:
    try:
        yield
    except httpcore2.TimeoutException:
        raise FetchError(
            "the answer takes too long", hint="Try again later, or save the page and read the file."
        ) from None
    except (httpcore2.NetworkError, httpcore2.ProtocolError) as error:
        raise FetchError(
            f"the connection failed ({one_line(str(error), 200)})",
            hint="Check the address and the network, or try again later.",
        ) from error
