"""The lines of a worker's answer: which of them are whole, and say what a line of their kind has to say."""

import json
from contextlib import suppress
from typing import Any

STATUSES = ("measured", "not offered", "error")
TEXTS = {  # What is a text, for each event.
    "version": ("version",),
    "absent": ("message",),
    "failed": ("message",),
    "ready": ("kernel",),
    "result": ("program", "status"),
}


def events_of(answer: bytes) -> tuple[dict[str, Any], ...]:
    """The lines that can be used: a process that is killed leaves a part of one, and a library may write others."""
    found = []
    for line in answer.decode("utf-8", errors="replace").splitlines():
        with suppress(ValueError, RecursionError):
            event = json.loads(line)
            if _is_whole(event):
                found.append(event)
    return tuple(found)


def _is_whole(event: Any) -> bool:
    if not isinstance(event, dict) or not isinstance(event.get("event"), str) or event["event"] not in TEXTS:
        return False
    if not all(isinstance(event.get(name), str) for name in TEXTS[event["event"]]):
        return False
    if not isinstance(event.get("message", ""), str) or not isinstance(event.get("printed", 0), int):
        return False
    if event["event"] != "result":
        return True
    lists = [event.get(name) for name in ("value", "beside")] if event["status"] == "measured" else []
    return event["status"] in STATUSES and all(isinstance(entry, list) for entry in lists)
