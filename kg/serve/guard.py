"""Who may ask: the Host and Origin of a request are checked, and every answer forbids what it has no need of.

A page of another site could reach an endpoint on this machine through the browser, by a name that resolves to it (DNS
rebinding) or by a plain request; the first is told by the Host header, the second by Origin.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_LOCAL = frozenset({"localhost"})
_HEADERS = {
    "x-content-type-options": "nosniff", "x-frame-options": "DENY", "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin"}
CLOSED = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
"""The content security policy of answers that are no page."""


class Guard:
    """Lets requests through that call this machine by its own name and come from its own pages, or allowed ones."""

    def __init__(self, app: ASGIApp, *, hosts: Iterable[str], origins: Iterable[str]) -> None:
        self._app = app
        self._hosts = _LOCAL | {host.lower() for host in hosts}
        self._origins = frozenset(origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        wrong = self._wrong(headers)
        shared = bool(self._origins)

        async def closing(message: Message) -> None:
            if message["type"] == "http.response.start":
                said = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    if not (shared and name == "cross-origin-resource-policy"):
                        said.setdefault(name, value)
                said.setdefault("content-security-policy", CLOSED)
            await send(message)

        await (PlainTextResponse(wrong, 403) if wrong else self._app)(scope, receive, closing)

    def _wrong(self, headers: Headers) -> str:
        """Return why a request is refused, empty where it is not."""
        host = headers.get("host", "")
        if len(headers.getlist("host")) != 1 or not self._own(host):
            return "this endpoint is not known by that Host (start it with --allow-host NAME)\n"
        origin = headers.get("origin", "")
        if origin and origin != f"http://{host}" and not self._origins & {origin, "*"}:
            return "pages of another origin may not ask here (start it with --cors ORIGIN)\n"
        return ""

    def _own(self, host: str) -> bool:
        """Tell whether a Host is this machine's: a name that is allowed, or an address, which no name can pose as."""
        if any(c in host for c in "/?#@\\ "):
            return False
        try:
            name = urlsplit(f"//{host}").hostname or ""
            _ = urlsplit(f"//{host}").port
        except ValueError:
            return False
        return name in self._hosts or _is_address(name)


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
