"""Where a connection may lead. Names are resolved by a stand-in, since the network is not for tests."""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from summariser.reading import connecting, fetch_article
from summariser.reading.addresses import is_public

PLAIN = {"Content_Type": "text/plain"}
ErrorOf = Callable[..., str]
Resolver = Callable[..., list[Any]]


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[list[str]]]:
    """For each name, the answers of the resolver in turn, the last one for ever."""
    answers: dict[str, list[list[str]]] = {}
    real: Resolver = socket.getaddrinfo

    def resolve(host: Any, port: Any, *args: Any, **kwargs: Any) -> list[Any]:
        if host not in answers:
            return real(host, port, *args, **kwargs)
        addresses = answers[host].pop(0) if len(answers[host]) > 1 else answers[host][0]
        if not addresses:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [
            (socket.AF_INET6 if ":" in ip else socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port))
            for ip in addresses
        ]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return answers


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("localhost", ""),
        ("2130706433", "127.0.0.1"),
        ("0x7f000001", "127.0.0.1"),
        ("0x7f.1", "127.0.0.1"),
        ("127.1", "127.0.0.1"),
        ("0", "0.0.0.0"),
        ("169.254.169.254", "169.254.169.254"),
        ("10.0.0.1", "10.0.0.1"),
        ("100.64.0.1", "100.64.0.1"),
        ("[::1]", "::1"),
        ("[::]", "::"),
        ("[::ffff:127.0.0.1]", "::ffff:127.0.0.1"),
        ("[64:ff9b::7f00:1]", "64:ff9b::7f00:1"),
        ("[2002:7f00:1::]", "2002:7f00:1::"),
        ("[fe80::1]", "fe80::1"),
    ],
)
def test_addresses_that_are_not_public_are_refused(
    site: Any, host: str, address: str, error_of: ErrorOf
) -> None:
    port = site.root.rpartition(":")[2]
    site.page("/", b"Words", **PLAIN)
    assert f"leads to {address}" in error_of(f"http://{host}:{port}/", allow_private=False)
    assert "which is not an address of the public internet" in error_of(
        f"https://{host}:{port}/", allow_private=False
    )
    assert site.requests == []


def test_private_addresses_can_be_allowed(site: Any) -> None:
    url = site.page("/", b"Words", **PLAIN).replace("127.0.0.1", "2130706433")
    assert fetch_article(url, allow_private=True).text == "Words"


@pytest.mark.parametrize(
    "addresses", [["10.0.0.1"], ["93.184.216.34", "10.0.0.1"], ["2606:4700::1111", "::1"]]
)
def test_one_private_address_of_a_name_is_enough(
    addresses: list[str], names: dict[str, list[list[str]]], error_of: ErrorOf
) -> None:
    names["news.example"] = [addresses]
    assert f"leads to {addresses[-1]}, which is not" in error_of("http://news.example/", allow_private=False)


def test_the_checked_address_is_the_one_connected_to(
    site: Any, names: dict[str, list[list[str]]], monkeypatch: pytest.MonkeyPatch, error_of: ErrorOf
) -> None:
    """The second answer for the name is this machine; nobody may ask for it."""
    names["rebind.example"] = [["93.184.216.34"], ["127.0.0.1"]]
    connected: list[tuple[str, int]] = []

    def connect(address: tuple[str, int], *_args: Any, **_kwargs: Any) -> socket.socket:
        connected.append(address)
        raise ConnectionRefusedError(111, "Connection refused")

    monkeypatch.setattr(socket, "create_connection", connect)
    port = site.root.rpartition(":")[2]
    assert "the connection failed" in error_of(f"http://rebind.example:{port}/", allow_private=False)
    assert connected == [("93.184.216.34", int(port))]
    assert names["rebind.example"] == [["127.0.0.1"]]


def test_the_next_address_is_tried(site: Any, names: dict[str, list[list[str]]]) -> None:
    names["news.example"] = [["127.0.0.9", "127.0.0.1"]]
    url = site.page("/", b"Words", **PLAIN).replace("127.0.0.1", "news.example")
    article = fetch_article(url, allow_private=True)
    assert article.url == url
    assert site.requests[0][1]["Host"] == url.removeprefix("http://").removesuffix("/")


def test_a_name_that_is_not_known(names: dict[str, list[list[str]]], error_of: ErrorOf) -> None:
    names["gone.example"] = [[]]
    assert error_of("http://gone.example/") == "http://gone.example/: the host gone.example is not known"


@pytest.mark.parametrize(
    "to",
    [
        "http://10.0.0.1/", "http://[::1]/", "http://169.254.169.254/latest/meta-data/", "//192.168.0.1/",
        "http://2130706434/", "http://0x7f000002/", "http://127.2/", "https://127.0.0.2/",
        "http://inside.example/", "http://[::ffff:127.0.0.1]/",
    ],
)  # fmt: skip
def test_a_redirect_to_a_private_address_is_refused(
    site: Any, to: str, names: dict[str, list[list[str]]], monkeypatch: pytest.MonkeyPatch, error_of: ErrorOf
) -> None:
    # This machine plays the public server; every other address is judged as always.
    monkeypatch.setattr(connecting, "is_public", lambda address: address == "127.0.0.1" or is_public(address))
    names["inside.example"] = [["10.1.2.3"]]
    site.page("/end", b"Words", **PLAIN)
    assert fetch_article(site.redirect("/fine", "/end")).text == "Words"
    assert "which is not an address of the public internet" in error_of(
        site.redirect("/a", to), allow_private=False
    )


@pytest.mark.skipif(shutil.which("openssl") is None, reason="makes a certificate")
def test_tls_is_for_the_name_though_the_connection_is_to_the_address(
    tmp_path: Path, names: dict[str, list[list[str]]], monkeypatch: pytest.MonkeyPatch, error_of: ErrorOf
) -> None:
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    subprocess.run(
        [
            *(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:prime256v1",
                "-nodes",
            ),
            *("-subj", "/CN=news.example", "-addext", "subjectAltName=DNS:news.example"),
            *("-keyout", key, "-out", certificate),
        ],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    asked: list[str | None] = []
    context.sni_callback = lambda _socket, name, _context: asked.append(name)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    names["news.example"] = names["other.example"] = [["127.0.0.1"]]

    def serve(listener: socket.socket) -> None:
        for _ in range(2):
            connection, _ = listener.accept()
            with connection:
                try:
                    with context.wrap_socket(connection, server_side=True) as secured:
                        secured.recv(10_000)
                        secured.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nWords")
                except OSError:
                    continue

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, args=[listener])
        thread.start()
        port = listener.getsockname()[1]
        assert fetch_article(f"https://news.example:{port}/", allow_private=True).text == "Words"
        assert "certificate" in error_of(f"https://other.example:{port}/")
        thread.join()
    assert asked == ["news.example", "other.example"]
