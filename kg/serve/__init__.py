"""The endpoint: SPARQL 1.1 Protocol, the page, saved queries and JSON over one store, read-only.

Starlette and uvicorn come with the extra ``serve``.
"""

from kg.serve.server import Options, serve

__all__ = ["Options", "serve"]
