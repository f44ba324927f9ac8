"""Log: who ordered what, as events, with the criteria and rules it goes against."""

from dataclasses import replace

from crowdsim.behaviour.officers import Unit
from crowdsim.behaviour.sop import Profile
from crowdsim.behaviour.unit import kind_of
from crowdsim.frame import UNHEARD, Event
from crowdsim.session.commands import TRAINER, WHY, GiveOrder, Recall

_WHO = {"": {"id": "skenario", "en": "scenario"}, TRAINER: {"id": "pelatih", "en": "trainer"}}
_FORCE = ("water", "gas")  # means whose event names the rules it breaks as its cause
_LANGUAGES = ("id", "en")


def order_given(
    command: GiveOrder, unit: Unit, marks: tuple[str, ...], tick: int, time: float, profile: Profile
) -> Event:
    """An order: subject, its unit; text, the words of command and who gave it; cause, what it goes against."""
    words = profile.order[kind_of(command.order)].words
    later = {"id": " (sesudah ini)", "en": " (after this)"} if command.queued else {"id": "", "en": ""}
    text = {lang: f"{unit.label}: {words}{later[lang]} · {_who(command.operator, lang)}" for lang in _LANGUAGES}
    event = Event(tick, time, "order", None, unit.id, 0.0, text)
    return _with_marks(event, marks, ", ".join(marks))


def order_unheard(command: GiveOrder, unit: Unit, given: float, tick: int, time: float) -> Event:
    """An order nobody answered, because the unit did not hear it; value: when it was given, s."""
    said = {"id": "tidak mendengar perintah", "en": "did not hear the order"}
    text = {lang: f"{unit.label}: {said[lang]} · {_who(command.operator, lang)}" for lang in _LANGUAGES}
    return Event(tick, time, "order", None, unit.id, given, text, UNHEARD)


def order_recalled(command: Recall, unit: Unit, came: bool, tick: int, time: float) -> Event:
    """An order called back, or too late to be."""
    said = {"id": "perintah ditarik kembali", "en": "order called back"}
    if not came:
        said = {"id": "terlambat ditarik, sudah dijalankan", "en": "too late to call back"}
    text = {lang: f"{unit.label}: {said[lang]} · {_who(command.operator, lang)}" for lang in _LANGUAGES}
    return Event(tick, time, "order", None, unit.id, 0.0, text, "recalled" if came else "too_late")


def marked(event: Event, marks: tuple[str, ...], operator: str) -> Event:
    """The event of a means with who used it, if not the scenario, and what it goes against."""
    if operator:
        marks = tuple(dict.fromkeys([*marks, *(mark for mark in event.cause.split(", ") if mark in WHY)]))
        said = {lang: f"{text} · {_who(operator, lang)}" for lang, text in event.text.items()}
        event = replace(event, text=said)
    cause = event.cause
    if marks and event.subject in _FORCE:
        cause = ", ".join(dict.fromkeys([*marks, *(cause.split(", ") if cause else [])]))
    return _with_marks(event, marks, cause)


def _who(operator: str, lang: str) -> str:
    return _WHO[operator][lang] if operator in _WHO else operator


def _with_marks(event: Event, marks: tuple[str, ...], cause: str) -> Event:
    """The reasons in the text, after the name of each criterion or rule."""
    if not marks:
        return event
    text = {
        lang: f"({', '.join(marks)}) {said}: " + ", ".join(WHY[mark][lang] for mark in marks if mark in WHY)
        for lang, said in event.text.items()
    }
    return replace(event, text=text, cause=cause)
