"""A URL → the bytes of a page, on terms that hold for any URL a stranger may give."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from summariser.errors import FetchError
from summariser.reading.cleaning import one_line

if TYPE_CHECKING:
    import httpx2

# In all, with redirects: as long as a person would wait for one page.
TOTAL_SECONDS = 30.0
# For one address of a host, so that there is time for the next one.
CONNECT_SECONDS = 10.0
# Before and after unpacking. The largest news pages have a few MB of mark-up.
SIZE_LIMIT = 10_000_000
# http → https → www → a page of consent → the page, and one to spare.
MAX_REDIRECTS = 5

PAGE_TYPES = ("text/html", "application/xhtml+xml")
_ACCEPTED_TYPES = (*PAGE_TYPES, "text/plain", "")
_PACKINGS = {"gzip", "deflate", "identity", ""}
# A name after IDNA, or a number of IPv4 or IPv6.
_HOST = re.compile(rb"[\w.:-]+", re.ASCII)
_HEADERS = {
    "User-Agent": "summariser/0.1 (+article reader)",
    "Accept": "text/html,application/xhtml+xml,text/plain;q=0.9",
    "Accept-Encoding": "gzip, deflate",
}


@dataclass(frozen=True, slots=True)
class Fetched:
    """`url` is where the redirects ended; `media_type` and `charset` are what the server said."""

    data: bytes
    url: str
    media_type: str
    charset: str | None


def fetch(url: str, *, allow_private: bool) -> Fetched:
    """Get a page. `allow_private` lifts the check of the address, and no other.

    Raises `FetchError`, whose message does not name the URL yet.
    """
    import httpx2

    from summariser.reading.connecting import CheckedBackend, CheckedTransport

    backend = CheckedBackend(seconds=TOTAL_SECONDS, allow_private=allow_private)
    timeout = httpx2.Timeout(TOTAL_SECONDS, connect=CONNECT_SECONDS)
    try:
        with httpx2.Client(
            transport=CheckedTransport(backend, size_limit=SIZE_LIMIT),
            headers=_HEADERS,
            timeout=timeout,
        ) as client:
            return _follow(client, httpx2.URL(url))
    except httpx2.InvalidURL as error:
        raise FetchError(f"not a valid address ({one_line(str(error), 100)})", hint=_CHECK) from None
    except httpx2.HTTPError as error:
        raise FetchError(f"the answer is broken ({one_line(str(error), 200)})", hint=_CHECK) from error


_CHECK = "Check the address, or save the page and read the file."


def _follow(client: httpx2.Client, url: httpx2.URL) -> Fetched:
    for _ in range(MAX_REDIRECTS + 1):
        _refuse_unsafe(url)
        with client.stream("GET", url) as response:
            if not response.has_redirect_location:
                return _accept(response)
            url = url.join(response.headers["Location"])
    raise FetchError(f"more than {MAX_REDIRECTS} redirects", hint=_CHECK)


def _refuse_unsafe(url: httpx2.URL) -> None:
    if url.scheme not in ("http", "https"):
        scheme = one_line(url.scheme, 20)
        raise FetchError(f"{scheme or 'no'} address: only http and https are fetched", hint=_CHECK)
    if url.userinfo:
        raise FetchError(
            "the address holds a user name or a password",
            hint="Remove it, or save the page and read the file.",
        )
    # A number that is too large would be cut by the resolver, and another port asked.
    if not _HOST.fullmatch(url.raw_host) or not 0 < (url.port or 80) < 65536:
        raise FetchError("the address names no host, or one that cannot be", hint=_CHECK)


def _accept(response: httpx2.Response) -> Fetched:
    if response.status_code != 200:
        raise FetchError(f"the server answered {response.status_code}", hint=_CHECK)
    media_type = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if media_type not in _ACCEPTED_TYPES:
        raise FetchError(
            f"is {one_line(media_type, 60)}, neither a page nor plain text",
            hint="Download it, extract its text, and read that.",
        )
    return Fetched(_read(response), str(response.url), media_type, response.charset_encoding)


def _read(response: httpx2.Response) -> bytes:
    from summariser.reading.connecting import too_large

    packings = response.headers.get("Content-Encoding", "").lower().split(",")
    if not {packing.strip() for packing in packings} <= _PACKINGS:
        # It was not asked for, and would be taken for the text.
        raise FetchError("the page is packed in a way that was not asked for", hint=_CHECK)
    body = bytearray()
    for chunk in response.iter_bytes():
        body += chunk
        if len(body) > SIZE_LIMIT:
            raise too_large(SIZE_LIMIT)
    return bytes(body)
