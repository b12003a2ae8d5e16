"""Numbers with their units, as printed; never digits of a name, a date, a version or an address.

A number is looked at once, with a window of fixed width on both sides, so that run time is linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kg.extract.units import PERCENT, POINTS, RATIO, QuantityWords

_NUMBER = re.compile(
    r"(?:\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?|(?<![\w.])\.\d+)")
_POWER = re.compile(r"[ ]?[×x*·][ ]?10(?:[ ]?\^?[ ]?[{(]?([-−+]?\d{1,2})[})]?(?!\d|\.\d)|([⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,2}))")
_EXPONENT = re.compile(r"\^[{(]?([-−+]?\d{1,2})[})]?(?!\d|\.\d)|([⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,2})")
_SCIENTIFIC = re.compile(r"[eE]([-−+]?\d{1,2})(?!\w)")
_PLAIN = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺−", "0123456789-+-")
_DIMENSION = re.compile(r"(?:[ ]?[×xX*][ ]?\d[\d,.]{0,11}){1,5}(?![\w%])")
_ADDRESS = re.compile(r"(?:https?://|www\.|doi:|arxiv:)\S+|[\w.+-]{1,64}@[\w-]{1,64}\.\S{1,64}", re.IGNORECASE)
_NAME = re.compile(r"[\w.\-–+/@^']+")
_SPREAD = re.compile(r"%?[ ]?±[ ]?\d+(?:\.\d+)?")
_OUT_OF = re.compile(r"[ ](?:out[ ])?of[ ](?:the[ ])?(\d[\d,]*)(?:[ ]([a-z][a-z-]*))?(?![\w%]|\.\d)")
_SCORE = re.compile(r"/(\d+(?:\.\d+)?)(?![\w/%×]|\.\d|[ ]?-)")
_PER = re.compile(r"(?:/|[ ]per[ ])[^\W\d_]\w{0,18}")
_WORD_BEFORE = re.compile(r"([^\W\d_][\w.'-]*)[ ]$")
_DASHES = "-–−"
_WINDOW = 24
_YEARS = range(1900, 2100)
_ENUMERATED = 20
_LONGEST = 18


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a text: ``text[start:end]`` is sign, digits, spread and unit; ``digits_end`` ends the digits."""

    start: int
    digits_end: int
    end: int
    value: float
    unit: str


def find_numbers(text: str, words: QuantityWords) -> Iterator[Number]:
    """Yield the numbers of ``text`` in order, without those that belong to names; none where there are no digits."""
    addresses = [m.span() for m in _ADDRESS.finditer(text)]
    done, at, last = 0, 0, -1
    for match in _NUMBER.finditer(text):
        start = match.start()
        while at < len(addresses) and addresses[at][1] <= start:
            at += 1
        if start < done or (at < len(addresses) and addresses[at][0] <= start):
            continue
        number, done = _read(text, match, words, last)
        if number:
            last = number.end
            yield number


def _read(text: str, match: re.Match[str], words: QuantityWords, last: int) -> tuple[Number | None, int]:
    """Return the number, None where it is part of a name, and the offset up to which the text is dealt with."""
    start, end = match.span()
    sign, begin, multiplied = _before(text, start, last)
    if begin < 0 or end - start > _LONGEST:
        return None, _name_end(text, start)
    value = float(match.group().replace(",", ""))
    digits_end, value = _power(text, end, value)
    if (dimension := _DIMENSION.match(text, digits_end)) is not None:
        return None, dimension.end()
    spread = _SPREAD.match(text, digits_end)
    unit, end, compound = _unit(text, spread.end() if spread else digits_end, words)
    if not unit:
        unit, end = (RATIO, end) if multiplied else _fraction(text, end, value)
    unit, begin, end = _with_currency(text, (begin, end, last), unit, words)
    if compound or (not unit and not _is_plain(text, begin, end, value, words)):
        return None, _name_end(text, start)
    if end == digits_end and text[end : end + 1] == "+" and not text[end + 1 : end + 2].isalnum():
        end += 1
    return Number(begin, digits_end, end, sign * value, unit), end


def _name_end(text: str, start: int) -> int:
    """Return where the word that a digit belongs to ends."""
    match = _NAME.match(text, start)
    return match.end() if match else start + 1


def _with_currency(text: str, span: tuple[int, int, int], unit: str, words: QuantityWords) -> tuple[str, int, int]:
    """Return unit, start and end with the currency that stands before the number, and what it is paid per.

    ``span`` holds the start and end without it, and the end of the number before.
    """
    begin, end, last = span
    window = text[max(0, begin - _WINDOW) : begin]
    currency = words.prefix.search(window)
    if not currency or begin - len(currency.group()) < last or window[: currency.start()][-1:].isalnum():
        return unit, begin, end
    per = _PER.match(text, end)
    shown = f"{unit} {currency.group().strip()}{per.group() if per else ''}".strip()
    return shown, begin - len(currency.group()), per.end() if per else end


def _before(text: str, start: int, last: int) -> tuple[int, int, bool]:
    """Return the sign, where the number begins with it (-1: part of a name) and whether ``×`` stands before it."""
    before, prior = text[start - 1 : start], text[start - 2 : start - 1] if start > 1 else ""
    if not before or start == last or before.isspace() or start - 1 == last:
        return 1, start, False
    if before in "×xX" and not prior.isalnum():
        decimal = before == "×" or "." in text[start : start + 5]
        return (1, start - 1, True) if decimal else (1, -1, False)
    if before in _DASHES:
        if prior.isalnum() or prior in (")", "_"):
            return 1, -1, False
        return (1, start, False) if before == "–" else (-1, start - 1, False)
    if before == "+":
        return (1, -1, False) if prior.isalnum() else (1, start - 1, False)
    if before.isalnum() or before in "_@#^\\" or (before in "./:" and prior.isalnum()):
        return 1, -1, False
    return 1, start, False


def _power(text: str, end: int, value: float) -> tuple[int, float]:
    """Return where a power of ten behind the digits ends, and the value with it."""
    match = _POWER.match(text, end)
    if match:
        shown = (match[1] or match[2]).translate(_PLAIN)
        return match.end(), value * float(f"1e{int(shown)}")
    match = _EXPONENT.match(text, end) if value == 10 else _SCIENTIFIC.match(text, end)
    if match:
        shown = (match[1] or match[2] if value == 10 else match[1]).translate(_PLAIN)
        return match.end(), float(f"1e{int(shown)}") * (1.0 if value == 10 else value)
    return end, value


def _unit(text: str, end: int, words: QuantityWords) -> tuple[str, int, bool]:
    """Return the unit, where it ends, and whether what follows makes the number part of a longer word."""
    scale = words.scale.match(text, end)
    after = scale.end() if scale else end
    unit = words.unit.match(text, after)
    shown = scale.group().strip(" -") if scale else ""
    if unit:
        if unit["ratio"] and words.false_fold.match(text, after):
            return "", end, True
        return f"{shown} {_normal(unit)}".strip(), unit.end(), False
    if scale:
        return shown, after, False
    follows = text[end : end + 2]
    compound = follows[:1].isalpha() or (len(follows) > 1 and follows[0] in "-–._" and follows[1].isalpha()
                                         and not (follows[0] == "." and follows[1].isupper()))
    compound = compound or (len(follows) > 1 and follows[0] in ".:" and follows[1].isdigit())
    return "", end, compound or follows[:1] in ("_", "@")


def _normal(unit: re.Match[str]) -> str:
    if unit["points"]:
        return POINTS
    if unit["percent"]:
        return PERCENT
    return RATIO if unit["ratio"] else unit["other"].strip()


def _fraction(text: str, end: int, value: float) -> tuple[str, int]:
    """Return ``/10`` or ``of 34 tasks`` as a unit where that follows."""
    score = _SCORE.match(text, end)
    if score and value <= float(score[1]):
        return score.group(), score.end()
    out_of = _OUT_OF.match(text, end)
    if out_of and value <= float(out_of[1].replace(",", "")):
        return f"of {out_of[1]}{' ' + out_of[2] if out_of[2] else ''}", out_of.end()
    return "", end


def _is_plain(text: str, begin: int, end: int, value: float, words: QuantityWords) -> bool:
    """Whether a number without unit is one: no year, no date, no item of a list, no part of a name or a setting."""
    shown = text[begin:end]
    window = text[max(0, begin - _WINDOW) : begin]
    if shown.isdigit():
        if len(shown) == 4 and int(shown) in _YEARS:
            return False
        if (text[begin - 1 : begin] == "(" or begin == 0) and text[end : end + 1] in ").:" and value < _ENUMERATED:
            return False
        if text[end : end + 2] == ") ":
            return text[begin - 1 : begin] == "(" or value >= _ENUMERATED
    if words.setting.search(window):
        return False
    word = _WORD_BEFORE.search(window)
    if not word:
        return True
    name = word[1]
    return not (name.lower() in words.dated or name.lower() in words.numbered or _is_versioned(name, shown))


def _is_versioned(name: str, shown: str) -> bool:
    """Whether ``name`` is written like a proper name and ``shown`` like its version (Gemma 2, Wan 2.1)."""
    proper = name[0].isupper() and any(c.islower() for c in name[1:])
    return proper and len(shown) <= 3 and not shown.startswith(("0", "-", "+"))
