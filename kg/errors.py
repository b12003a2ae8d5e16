"""The errors this package raises on purpose.

    KgError                 base: catch this to catch them all
    ├── InputError          a file or record that cannot be read
    ├── TextError           a text that cannot be analysed
    ├── OntologyError       a fault in ``ontology/`` or in a user's Turtle
    ├── StoreError          a store that cannot be opened, written or found
    ├── QueryError          a query or parameter that cannot be carried out
    ├── ExportError         an export that cannot be written
    ├── ServeError          an endpoint that cannot be started, or cannot answer now
    ├── WorkerError         a process that works for this one ended too early
    └── EvaluationError     gold data that cannot be scored against

Each message names the place (file and line, term, parameter) and the remedy.
"""

from __future__ import annotations


class KgError(Exception):
    """Base of every error this package raises on purpose.

    Args:
        message: what is wrong, in one sentence.
        place: where: ``file:line``, a term, a parameter; empty where there is none.
        remedy: what the reader can do about it; empty where nothing can be said.
    """

    def __init__(self, message: str, *, place: str = "", remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.place = place
        self.remedy = remedy

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place else ""
        remedy = f" ({self.remedy})" if self.remedy else ""
        return f"{where}{self.message}{remedy}"


class InputError(KgError):
    """A file or record cannot be read."""


class TextError(KgError):
    """A text cannot be analysed."""


class OntologyError(KgError):
    """The ontology, or a user's addition to it, has a fault."""


class StoreError(KgError):
    """A store cannot be opened, written or found."""


class QueryError(KgError):
    """A query or one of its parameters cannot be carried out."""


class ExportError(KgError):
    """An export cannot be written."""


class ServeError(KgError):
    """An endpoint cannot be started, or cannot answer now."""


class WorkerError(KgError):
    """A process that works for this one ended before it was done."""


class EvaluationError(KgError):
    """Gold data cannot be scored against."""
