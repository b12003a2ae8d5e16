"""What the name of a model says: its family, its version, its number of parameters."""

from __future__ import annotations

import re
from dataclasses import dataclass

_SIZE = re.compile(r"(?<![\w.])(?P<number>\d+(?:\.\d+)?)\s?(?P<unit>[KMBT])(?![A-Za-z0-9])", re.IGNORECASE)
_EXPERTS = re.compile(r"(?<![\w.])\d+x\d+(?:\.\d+)?[BM](?![A-Za-z0-9])", re.IGNORECASE)
_VERSION = re.compile(r"(?:(?<=[A-Za-z])|(?<=[A-Za-z][-_ ])|(?<=[-_ ][vV]))(?P<version>\d+(?:\.\d+)*[a-z]?)(?![\w.])")
_LETTER = re.compile(r"[-_ ][vV]$|(?<=[A-Za-z])v$|(?<=[a-z])V$")
_UNITS = {"K": 1e3, "M": 1e6, "B": 1e9, "T": 1e12}
_JOINTS = "-_ "
_LEAST = 2


@dataclass(frozen=True, slots=True)
class ModelName:
    """Parts of a model's name; None where the name does not say it. ``parameters`` is a number of weights."""

    family: str | None
    version: str | None
    parameters: float | None


def has_size(name: str) -> bool:
    """Tell whether a name says a number of parameters (``Orbiter-7B``, ``Orbiter 8x7B``)."""
    return bool(_SIZE.search(name) or _EXPERTS.search(name))


def model_name(name: str) -> ModelName:
    """Return what a name says.

    The family is what stands before the version or the size; a name that says neither has none. Sizes of mixtures
    (``8x7B``) are no number of parameters.

    >>> model_name("Llama-3.1-70B-Instruct")
    ModelName(family='Llama', version='3.1', parameters=70000000000.0)
    >>> model_name("GPT-4o")
    ModelName(family='GPT', version='4o', parameters=None)
    """
    experts, size = _EXPERTS.search(name), _SIZE.search(name)
    plain = name
    for part in (experts, size):
        if part:
            plain = plain[: part.start()] + "\0" * (part.end() - part.start()) + plain[part.end() :]
    version = _VERSION.search(plain)
    starts = [part.start() for part in (experts, size, version) if part]
    family = _LETTER.sub("", name[: min(starts, default=0)]).rstrip(_JOINTS)
    if len(family) < _LEAST:  # the digit of T5 and o1 is no version: it is the name
        family, version = "", None
    return ModelName(family or None, version["version"] if version else None,
                     float(size["number"]) * _UNITS[size["unit"].upper()] if size else None)
