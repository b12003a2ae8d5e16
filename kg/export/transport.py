"""Requests to a server that may be busy: credentials, retries, and what went wrong in words."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime
from urllib.parse import SplitResult, unquote, urlsplit, urlunsplit

import requests
from requests.auth import AuthBase, HTTPBasicAuth, HTTPDigestAuth

from kg import __version__
from kg.errors import ExportError

USER, PASSWORD, TOKEN = "KG_USER", "KG_PASSWORD", "KG_TOKEN"
"""The environment variables that hold credentials."""

_PASSING = frozenset({408, 425, 429, 502, 503, 504})
_TRIES = 6
_FIRST_WAIT = 0.5
_LONGEST_WAIT = 300.0
_TIMES_OUT = (10.0, 600.0)
_SHOWN = 300
_REMEDY = "give one such as http://localhost:7878/store"
_REMEDIES: Mapping[int, str] = {
    401: f"set {USER} and {PASSWORD}, or {TOKEN}, or write user:password@ into the address",
    403: "these credentials may not write there; take those of a user who may",
    404: "check the address: it must be that of the Graph Store or of SPARQL Update",
    405: "check the address: nothing can be written there",
    415: "check the address: it must be that of the Graph Store or of SPARQL Update",
    413: "send less at once with --batch",
    507: "the server's disk is full; make room and push again",
}


class _Bearer(AuthBase):
    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["authorization"] = f"Bearer {self._token}"
        return request


class Link:
    """Sends to one address, with its credentials; what passes is tried again, what does not is an error.

    Credentials are those of the address (``https://user:password@host/``), or of the environment (``KG_USER`` and
    ``KG_PASSWORD``, or ``KG_TOKEN``), or of ``~/.netrc``. ``place`` is the address as it may be shown: without
    credentials and parameters.

    Args:
        address: of http or https.
        tell: told what is waited for and why.
        wait: waits for a number of seconds.

    Raises:
        ExportError: it is no such address.
    """

    def __init__(self, address: str, *, tell: Callable[[str], None], wait: Callable[[float], None] = time.sleep,
                 ) -> None:
        parts, host = _split(address)
        self._url = urlunsplit((parts.scheme, host, parts.path or "/", parts.query, ""))
        self.place = urlunsplit((parts.scheme, host, parts.path or "/", "", ""))
        self._reached = False
        self._tell, self._wait = tell, wait
        self._session = requests.Session()
        self._session.headers.update({"user-agent": f"abstract-kg/{__version__}", "accept": "*/*"})
        self._known = unquote(parts.username or ""), unquote(parts.password or "")
        token = os.environ.get(TOKEN, "")
        if not self._known[0] and not token:
            self._known = os.environ.get(USER, ""), os.environ.get(PASSWORD, "")
        if self._known[0]:
            self._session.auth = HTTPBasicAuth(*(part.encode("utf-8") for part in self._known))
        elif token:
            self._session.auth = _Bearer(token)

    def send(self, method: str, body: bytes, kind: str, *, query: str = "", may_fail: bool = False,
             ) -> requests.Response:
        """Send a body until it is taken.

        Sending twice must do what sending once does: an answer can be lost after the server has acted.

        Args:
            method: of HTTP.
            body: what is sent.
            kind: its media type.
            query: parameters beside those of the address, encoded.
            may_fail: return an answer of 4xx and 5xx, too, where it does not pass and is not about credentials.

        Returns:
            The answer.

        Raises:
            ExportError: the server refuses, cannot be reached, or stays busy.
        """
        url = self._url + (("&" if "?" in self._url else "?") + query if query else "")
        for tried in range(1, _TRIES + 1):
            reason, pause = "", _FIRST_WAIT * 2 ** (tried - 1)
            try:
                answer = self._once(method, url, body, kind)
            except (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError) as error:
                reason = _cause(error)
                if isinstance(error, requests.exceptions.SSLError) or not self._reached:
                    raise self._fault(f"cannot be reached: {reason}", "check the address, and that the server runs"
                                      ) from error
            except requests.RequestException as error:
                raise self._fault(f"cannot be asked: {_cause(error)}", "check the address") from error
            else:
                self._reached = True
                if answer.status_code not in _PASSING:
                    return self._judged(answer, may_fail)
                reason = f"{answer.status_code} {answer.reason}"
                pause = max(pause, _retry_after(answer))
            if tried < _TRIES and pause <= _LONGEST_WAIT:
                self._tell(f"{self.place}: {reason}; trying again in {pause:g} s")
                self._wait(pause)
            else:
                break
        raise self._fault(f"gave up after {tried} tries: {reason}", "push again later: what arrived is not doubled")

    def _once(self, method: str, url: str, body: bytes, kind: str) -> requests.Response:
        return self._session.request(method, url, data=body, headers={"content-type": kind}, timeout=_TIMES_OUT,
                                     allow_redirects=False)

    def _judged(self, answer: requests.Response, may_fail: bool) -> requests.Response:
        status = answer.status_code
        if 200 <= status < 300:
            return answer
        if 300 <= status < 400:
            raise self._fault(f"moved to {answer.headers.get('location', 'nowhere')}", "give that address")
        if status == 401 and self._take_digest(answer):
            return self._judged(self._again(answer), may_fail)
        if may_fail and status not in {401, 403}:
            return answer
        said = " ".join(answer.text.split())[:_SHOWN]
        raise self._fault(f"{status} {answer.reason}{': ' + said if said else ''}",
                          _REMEDIES.get(status, "see the server's log"))

    def _take_digest(self, answer: requests.Response) -> bool:
        """Change to digest authentication unless a server says that it wants the basic one, or nothing is known.

        Virtuoso, which wants digests, answers a password with no word of that.
        """
        basic = answer.headers.get("www-authenticate", "").lower().startswith("basic")
        if basic or not isinstance(self._session.auth, HTTPBasicAuth):
            return False
        self._session.auth = HTTPDigestAuth(*self._known)
        return True

    def _again(self, answer: requests.Response) -> requests.Response:
        asked = answer.request
        body = asked.body if isinstance(asked.body, bytes) else b""
        return self._once(asked.method or "", asked.url or "", body, str(asked.headers["content-type"]))

    def _fault(self, message: str, remedy: str) -> ExportError:
        return ExportError(message, place=self.place, remedy=remedy)

    def close(self) -> None:
        """Let go of the connection."""
        self._session.close()


def _split(address: str) -> tuple[SplitResult, str]:
    """Return the parts of an address, and its host and port without credentials."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
        shown = f"[{host}]" if ":" in host else host
        host = f"{shown}:{parts.port}" if parts.port else shown
    except ValueError as error:
        raise ExportError(f"no address: {error}", place="--to", remedy=_REMEDY) from error
    if parts.scheme not in {"http", "https"} or not host:
        raise ExportError("no address of a server", place="--to", remedy=_REMEDY)
    return parts, host


def _retry_after(answer: requests.Response) -> float:
    """Return the seconds that a server asks to wait, 0 where it does not say."""
    said = answer.headers.get("retry-after", "").strip()
    if said.isdecimal():
        return float(said)
    try:
        return max(0.0, parsedate_to_datetime(said).timestamp() - time.time())
    except (ValueError, OverflowError):
        return 0.0


def _cause(error: BaseException) -> str:
    """Return the innermost reason of an error, which is the one that says something."""
    while (inner := error.__cause__ or error.__context__) is not None:
        error = inner
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) or type(error).__name__
