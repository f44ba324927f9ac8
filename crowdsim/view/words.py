"""Texts and numbers as a trainer reads them, in Indonesian, English or a language somebody added."""

import tomllib
from functools import lru_cache
from typing import Any

from babel import UnknownLocaleError
from babel.numbers import format_decimal

from crowdsim.places import shipped
from crowdsim.problems import InputError, Problem, said, toml_fault

_OURS = ("id", "en")
"""Complete by test; another language is one more file, and may leave out what it has no word for."""


@lru_cache
def languages() -> tuple[str, ...]:
    """Every language there is a file of in `assets/text`, our own first."""
    found = {path.stem for path in shipped("assets", "text").glob("*.toml") if "." not in path.stem}
    return *_OURS, *sorted(found - set(_OURS))


def _flatten(table: dict[str, Any], prefix: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for key, value in table.items():
        if isinstance(value, dict):
            flat.update(_flatten(value, f"{prefix}{key}."))
        else:
            flat[prefix + key] = str(value)
    return flat


@lru_cache
def texts(lang: str) -> dict[str, str]:
    """Every text of one file, such as that of a language, by its dotted key."""
    path = shipped("assets", "text", f"{lang}.toml")
    try:
        with path.open("rb") as file:
            return _flatten(tomllib.load(file))
    except FileNotFoundError:
        mend = said("install.or_choose", known=", ".join(_OURS))
        raise InputError([Problem(str(path), "", said("install.texts_missing"), mend)]) from None
    except tomllib.TOMLDecodeError as error:
        raise InputError([Problem(str(path), "", toml_fault(error), said("file.correct"))]) from None


class Words:
    """`words("phase.hijau")` gives a text, `words.number(2.3, 1)` a number with the decimal mark of the language."""

    def __init__(self, lang: str, also: str = "") -> None:
        """`also`: another file of texts besides the window's, such as `report`."""
        self.lang = lang
        self._texts = texts(lang) if lang in _OURS else texts("en") | texts(lang)
        if also:
            self._texts = self._texts | texts(f"{also}.{lang if lang in _OURS else 'en'}")

    def __call__(self, key: str, **values: object) -> str:
        text = self._texts[key]
        return text.format(**values) if values else text

    def has(self, key: str) -> bool:
        """Whether there is a text of this key."""
        return key in self._texts

    def number(self, value: float, decimals: int = 0) -> str:
        """`value` rounded to `decimals`, grouped in thousands."""
        return _number(round(float(value), decimals), decimals, self.lang)

    def short(self, value: float | None) -> str:
        """`value` with as many decimals as a reader needs: three digits or so, "–" for none."""
        if value is None:
            return "–"
        size = abs(value)
        most = 0 if size >= 100 else 1 if size >= 10 else 2 if size >= 0.1 else 4
        decimals = next(d for d in range(most + 1) if round(value, d) == round(value, most))
        return self.number(value, decimals)

    def pick(self, by_language: dict[str, str]) -> str:
        """The text of this language out of {"id", "en"}; another one rather than none."""
        return by_language.get(self.lang) or by_language.get("en") or next(iter(by_language.values()), "")


@lru_cache(maxsize=4096)
def _number(value: float, decimals: int, lang: str) -> str:
    pattern = "#,##0." + "0" * decimals if decimals else "#,##0"
    try:
        return format_decimal(value + 0.0, format=pattern, locale=lang)
    except (UnknownLocaleError, ValueError):  # a language Babel has not heard of
        return format_decimal(value + 0.0, format=pattern, locale="en")


def clock(seconds: float) -> str:
    """Minutes and seconds, `04:12`."""
    whole = max(0, int(seconds))
    return f"{whole // 60:02d}:{whole % 60:02d}"


def system_language() -> str:
    """The first of the languages we have that the system prefers; Indonesian when it prefers none."""
    from pygame import system  # the only need for pygame in this file

    for locale in system.get_pref_locales():
        language = str(locale.get("language", ""))
        if language == "in":  # the old code of Indonesian, still reported by some systems
            return "id"
        if language in languages():
            return language
    return "id"
