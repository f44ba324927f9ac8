"""The kinds of units a plan offers, and what a new one of each begins with."""

from typing import Any

KINDS: dict[str, dict[str, Any]] = {
    "dalmas_awal": {"label": "AWAL", "count": 30, "formation": "bersaf1", "rope": True},
    "dalmas_lanjut": {"label": "LANJUT", "count": 30, "formation": "bersaf2", "role": "shield"},
    "phh": {"label": "PHH", "count": 30, "formation": "bersaf2", "role": "shield"},
    "raimas": {"label": "RAIMAS", "count": 20, "formation": "banjar3"},
    "negosiator": {"label": "NEGOSIATOR", "count": 8, "formation": "bersaf1", "role": "negotiator"},
    "dukungan": {"label": "DUKUNG", "count": 20, "formation": "banjar3"},
    "tim_tindak": {"label": "TIM TINDAK", "count": 12, "formation": "tindak"},
    "medis": {"label": "DOKKES", "count": 6, "formation": "banjar3", "role": "medic"},
    "lantas": {"label": "LANTAS", "count": 10, "formation": "bersaf1"},
    "pam_obvit": {"label": "PAM", "count": 10, "formation": "bersaf1"},
    "tni": {"label": "TNI", "count": 30, "formation": "bersaf1", "role": "shield"},
    "pengawal": {"label": "AJUDAN", "count": 2, "formation": "banjar1"},
}
"""By the kind: keys of a unit, its sizes as in the shipped exercise [P]."""


def fresh(kind: str, taken: list[str]) -> dict[str, Any]:
    """The keys of a new unit of a kind; its id and label get a number when `taken` ids hold one like it."""
    number = 1
    while (name := kind if number == 1 else f"{kind}{number}") in taken:
        number += 1
    values = KINDS[kind]
    label = values["label"] if number == 1 else f"{values['label']} {number}"
    return {"id": name, "label": label, "kind": kind} | {k: v for k, v in values.items() if k != "label"}
