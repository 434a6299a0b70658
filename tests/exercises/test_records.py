import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib.exercises.progress import (
    MOST_TRIES,
    VERSION,
    ExerciseRecord,
    NewerVersion,
    PredictionRecord,
    State,
    from_json,
)

ids = st.sampled_from(["0.1", "0.2", "1.1"])
exercises = st.builds(
    ExerciseRecord,
    passed=st.booleans(),
    tries=st.lists(st.sampled_from("abcdef"), unique=True, max_size=4).map(tuple),
    hints=st.integers(0, 3),
)
predictions = st.builds(
    PredictionRecord, option=st.sampled_from(["zero", "one"]), confidence=st.just("certain"), right=st.booleans()
)
states = st.builds(State, st.dictionaries(ids, exercises), st.dictionaries(ids, predictions))


@given(states)
def test_a_state_survives_the_file(state: State) -> None:
    assert from_json(json.loads(json.dumps(state.to_json()))) == state


@given(states, states)
def test_a_merge_loses_nothing_and_changes_nothing_twice(a: State, b: State) -> None:
    both = a.merge(b)
    for part in (a, b):
        for id, record in part.exercises.items():
            merged = both.exercises[id]
            assert merged.passed >= record.passed and merged.hints >= record.hints
            assert set(merged.tries) >= set(record.tries)
    assert both.merge(a) == both and both.merge(b) == both
    assert set(both.predictions) == set(a.predictions) | set(b.predictions)
    assert all(both.predictions[id] == record for id, record in a.predictions.items())


def test_tries_do_not_grow_without_end() -> None:
    many = State({"0.1": ExerciseRecord(tries=tuple(map(str, range(500))))})
    assert len(State().merge(many).merge(many).exercises["0.1"].tries) <= 500
    assert len(State({"0.1": ExerciseRecord()}).merge(many).exercises["0.1"].tries) == MOST_TRIES


GOOD = {"version": VERSION, "exercises": {}, "predictions": {}}


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        "text",
        {},
        {**GOOD, "version": "1"},
        {**GOOD, "version": True},
        {**GOOD, "version": 0},
        {"version": VERSION, "predictions": {}},
        {**GOOD, "exercises": []},
        {**GOOD, "exercises": {"0.1": 3}},
        {**GOOD, "exercises": {"0.1": {"passed": 1, "tries": [], "hints": 0}}},
        {**GOOD, "exercises": {"0.1": {"passed": True, "tries": "abc", "hints": 0}}},
        {**GOOD, "exercises": {"0.1": {"passed": True, "tries": [1], "hints": 0}}},
        {**GOOD, "exercises": {"0.1": {"passed": True, "tries": [], "hints": -1}}},
        {**GOOD, "predictions": {"0.p1": {"option": 1, "confidence": "certain", "right": True}}},
        {**GOOD, "predictions": {"0.p1": {"option": "one", "confidence": "certain"}}},
    ],
)
def test_what_is_not_ours_is_refused(data: object) -> None:
    with pytest.raises(ValueError):
        from_json(data)


def test_a_newer_version_is_told_apart_from_damage() -> None:
    with pytest.raises(NewerVersion, match=f"this course writes version {VERSION}"):
        from_json({"version": VERSION + 1, "anything": "new"})
