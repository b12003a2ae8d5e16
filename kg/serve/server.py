"""Start the endpoint and run it until it is told to stop."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from kg.errors import ServeError
from kg.ontology import load
from kg.pool import Limits
from kg.store import current

_BACKLOG = 256
_LEAVE = 3


@dataclass(frozen=True, slots=True)
class Options:
    """Where the endpoint listens, who may ask, and what an answer may cost.

    ``hosts`` are names beside the own by which requests may call this machine; ``origins`` the web origins whose pages
    may read answers, ``*`` for all.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    hosts: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    limits: Limits = field(default_factory=Limits)


def serve(store: Path, options: Options, *, ontology: Sequence[Path] = (),
          started: Callable[[str], None] | None = None) -> None:
    """Answer requests about the store in a folder until an interrupt or SIGTERM.

    Args:
        store: the store's folder; a new generation is read from the next question on.
        options: where to listen, and what is allowed.
        ontology: folders of Turtle that add to the shipped ontology, for their saved queries and styles.
        started: told the address once requests are taken.

    Raises:
        ServeError: the extra is not installed, or the port cannot be had.
        StoreError: there is no store in the folder.
        OntologyError: see :func:`kg.ontology.load`.
    """
    try:
        import uvicorn

        from kg.serve.app import application
    except ImportError as error:
        raise ServeError(f"the endpoint needs {error.name}", remedy="pip install 'abstract-kg[serve]'") from error
    current(store)
    vocabulary = load(ontology)
    with _listening(options.host, options.port) as listener:
        address = _address(options.host, listener.getsockname()[1])

        def ready() -> None:
            if started:
                started(address)

        app = application(store, vocabulary, options, extra=ontology, ready=ready)
        config = uvicorn.Config(app, log_level="warning", access_log=False, server_header=False, lifespan="on",
                                timeout_graceful_shutdown=_LEAVE, proxy_headers=False)

        class Server(uvicorn.Server):
            def handle_exit(self, sig: int, frame: FrameType | None) -> None:
                app.state.leave()
                super().handle_exit(sig, frame)

        server = Server(config)
        with suppress(KeyboardInterrupt):
            server.run(sockets=[listener])
    if not server.started:
        raise ServeError("the processes that read the store did not start", place=str(store),
                         remedy="check the store with 'kg check'")


def _listening(host: str, port: int) -> socket.socket:
    try:
        family, *_, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        return socket.create_server(place[:2], family=family, backlog=_BACKLOG)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno and error.errno > 0 else str(error)
        raise ServeError(f"cannot listen: {reason}", place=f"{host}:{port}",
                         remedy="give another --port (0 takes any that is free), or another --host") from error


def _address(host: str, port: int) -> str:
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"
