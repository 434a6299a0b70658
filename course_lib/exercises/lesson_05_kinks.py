"""Exercises of lesson 05 on where kinks lie, and on sets that are small and cannot be counted."""

from fractions import Fraction

from course_lib.exercises.compare import Choice, Number, Sequence
from course_lib.exercises.exercise import Exercise, WrongAnswer
from course_lib.exercises.lesson_05_keys import kinks_on_the_walk, missing_address, point_of_turns

KINK_EXERCISES = [
    Exercise(
        id="5.1",
        question=(
            "Three units have z₁ = x₁, z₂ = x₂ and z₃ = x₁ + x₂ + 1. A straight walk leads from (−1, 2) to "
            "(2, −1). How many kinks does it cross?"
        ),
        comparator=Number(),
        reference=kinks_on_the_walk,
        written="2",
        wrong_answers=(
            WrongAnswer(3, "z₃ is 2 at both ends, and it is linear: it stays 2 all the way."),
            WrongAnswer(1, "Both z₁ and z₂ change their sign: from −1 to 2, and from 2 to −1."),
            WrongAnswer(0, "No corner of the walk is meant. A kink is crossed where some z changes its sign."),
        ),
        hints=("Work out each z at both ends.", "z₁ goes from −1 to 2, z₂ from 2 to −1, z₃ from 2 to 2."),
        explanation="The walk crosses the kinks of z₁ and z₂, and runs beside that of z₃.",
    ),
    Exercise(
        id="5.2",
        question="Which point of the Cantor set has the address RLRLRL…, right and left in turns without end?",
        comparator=Number(),
        reference=point_of_turns,
        written="Fraction(3, 4)",
        wrong_answers=(
            WrongAnswer(Fraction(1, 4), "1/4 begins on the left: its address is LRLRLR…."),
            WrongAnswer(Fraction(2, 3), "2/3 is the left end of the right third. From there on it is always left."),
            WrongAnswer(Fraction(7, 9), "7/9 is an end too: from RL on it is always right."),
            WrongAnswer(Fraction(1, 2), "1/2 goes in the first removal."),
        ),
        hints=(
            "By symmetry, x ↦ 1 − x swaps left and right. Which address has 1 − x?",
            "Two turns, RL, lead to [2/3, 7/9], a copy of [0, 1] of length 1/9: p = 2/3 + p/9.",
        ),
        explanation="p = 2/3 + p/9 gives p = 3/4.",
    ),
    Exercise(
        id="5.3",
        question=(
            "Somebody lists addresses; the first five begin with LRLRL, RRRRR, LLRLL, RLRLR, LRRLR. Use the diagonal: "
            'which five letters make your address differ from address k in letter k? Give a list such as ["L", "R", …].'
        ),
        comparator=Sequence(*(Choice(("L", "R")) for _ in range(5))),
        reference=missing_address,
        written='["R", "L", "L", "R", "L"]',
        wrong_answers=(
            WrongAnswer(["L", "R", "R", "L", "R"], "That is the diagonal itself. Turn every letter round."),
            WrongAnswer(
                ["R", "L", "R", "L", "R"], "That is the first address turned round. Take letter k of address k."
            ),
            WrongAnswer(
                ["R", "L", "L", "R", "R"], "In letter 5 your address agrees with address 5, so it may be that one."
            ),
        ),
        hints=(
            "Write the five words below each other and read letter 1 of the first, letter 2 of the second, ….",
            "The diagonal is L, R, R, L, R. Your address has the other letter everywhere.",
        ),
        explanation="It differs from each listed address in at least one letter, however long the list is.",
    ),
]
