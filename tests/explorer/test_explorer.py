import json
import time

import numpy as np
import pytest

from course_lib.explorer import Explorer, Range, explore, pictures
from course_lib.figures import Axis, Curve, Scene, png

X = np.linspace(0, 10, 500)


def waves(i, unlucky=-1):
    if i == unlucky:
        raise ArithmeticError("an unlucky number")
    layers = [Curve(X, np.sin(X + 0.05 * k * i), label=f"wave {k}") for k in (1, 2, 3)]
    return Scene("Waves", Axis("x", (0, 10)), Axis("y", (-1, 1)), layers, f"Three waves, moved by {i}.")


def ask(explorer: Explorer, number: object) -> list[tuple[dict, list[bytes]]]:
    """Send what the browser sends; return what goes back."""
    replies = []
    explorer.send = lambda content, buffers=None: replies.append((content, buffers))
    explorer._handle_custom_msg({"kind": "picture", "number": number}, [])
    return replies


def test_two_hundred_pictures_of_three_curves_stay_below_two_megabytes_and_one_second():
    began = time.perf_counter()
    explorer = Explorer(waves, i=(0, 199))
    seconds = time.perf_counter() - began
    assert explorer.payload_bytes <= 2_000_000
    assert seconds <= 1
    assert len(json.loads(explorer.structure)["pictures"]) == 200
    assert explorer.number == 99


def test_the_payload_counts_the_texts_of_the_controls():
    few, many = (Explorer(waves, i=(0, 4), unlucky=["a" * length, "ä" * length]) for length in (10, 1010))
    # One byte for each a, two for each ä.
    assert many.payload_bytes - few.payload_bytes == 3000
    sent = json.dumps(few.controls, ensure_ascii=False).encode(), few.structure.encode(), few.numbers
    assert few.payload_bytes == sum(map(len, sent))


def test_the_display_holds_the_view_the_picture_and_the_description():
    explorer = Explorer(waves, i=(0, 4))
    data, metadata = explorer._repr_mimebundle_()
    assert set(data) == {"application/vnd.jupyter.widget-view+json", "image/png", "text/plain"}
    assert data["text/plain"] == "Three waves, moved by 2."
    assert data["image/png"] == png(waves(2))
    assert metadata["image/png"]["alt"] == "Three waves, moved by 2."


def test_without_a_notebook_the_description_is_printed(capsys):
    assert explore(waves, i=(0, 4)) is None
    assert capsys.readouterr().out == "Three waves, moved by 2.\n"


def test_failed_pictures_are_counted_in_the_cell_and_shown_in_their_place(capsys):
    explore(waves, i=(0, 4), unlucky=[7, 3])
    first, last = capsys.readouterr().out.splitlines()
    assert first.startswith("1 of 10 pictures failed, the first one with i = 3, unlucky = 3: waves, line ")
    assert first.endswith(": ArithmeticError: an unlucky number")
    assert last == "Three waves, moved by 2."
    shown = json.loads(Explorer(waves, i=(0, 4), unlucky=[7, 3]).structure)["pictures"]
    assert [number for number, picture in enumerate(shown) if "error" in picture] == [7]
    assert shown[7]["error"].startswith("With i = 3, unlucky = 3: ")


def test_a_first_picture_that_fails_shows_its_message_and_no_png():
    data, _ = Explorer(waves, i=(0, 4), unlucky=[2, 9])._repr_mimebundle_()
    assert "image/png" not in data
    assert data["text/plain"].startswith("With i = 2, unlucky = 2: ")


def test_beyond_the_bound_the_cell_says_so_and_only_the_first_picture_is_sent(capsys):
    explore(waves, i=(0, 99), unlucky=Range(-100, -1))
    notice = capsys.readouterr().out.splitlines()[0]
    assert notice == (
        "i (100) × unlucky (100): 10000 combinations, more than 2000 pictures together. "
        "Each picture is computed when you ask for it; that needs a running kernel."
    )
    explorer = Explorer(waves, i=(0, 99), unlucky=Range(-100, -1))
    assert len(json.loads(explorer.structure)["pictures"]) == 1
    assert explorer.only == explorer.number == 49 * 100 + 49


def test_beyond_the_bound_a_first_picture_that_fails_is_named():
    (_, failed) = Explorer(waves, i=Range(0, 99, value=5), unlucky=Range(0, 99, value=5)).notices()
    assert failed.startswith("The first picture failed with i = 5, unlucky = 5: waves, line ")


def test_a_picture_is_computed_when_asked_for_and_only_once(monkeypatch):
    monkeypatch.setattr(pictures, "MAX_PICTURES", 3)
    calls = []

    def counted(i):
        calls.append(i)
        return waves(i, unlucky=1)

    explorer = Explorer(counted, i=(0, 4))
    assert calls == [2]
    for _ in range(2):
        ((content, (numbers,)),) = ask(explorer, 3)
        assert (content["kind"], content["number"]) == ("picture", 3)
        assert "Three waves, moved by 3." in json.loads(content["structure"])["texts"]
        assert len(numbers) == 4 * sum(json.loads(content["structure"])["lengths"])
    assert calls == [2, 3]
    ((content, _),) = ask(explorer, 1)
    assert "an unlucky number" in json.loads(content["structure"])["pictures"][0]["error"]


@pytest.mark.parametrize("number", [-1, 5, "0", None])
def test_a_question_for_no_picture_gets_no_answer(monkeypatch, number):
    monkeypatch.setattr(pictures, "MAX_PICTURES", 3)
    assert ask(Explorer(waves, i=(0, 4)), number) == []


def test_warnings_of_the_scene_function_become_one_line(capsys):
    def divided(i):
        with_warning = np.array([1.0]) / np.array([float(i)])
        return Scene("t", Axis("x", (0, 1)), Axis("y", (0, 1)), [Curve([0], np.isfinite(with_warning))], "d")

    explore(divided, i=(0, 2))
    first = capsys.readouterr().out.splitlines()[0]
    assert first.startswith("1 of 3 pictures gave a warning, the first one with i = 0: RuntimeWarning: divide by zero")
