"""The topics of the lessons: a room each, which may use the core and the rooms of earlier topics."""

# Where the exercises and predictions of each lesson stand, by the lesson's key; imported when one is asked for.
EXERCISES = {
    "start": "kink.start_here",
    "limits": "limits.exercises",
    "proof": "kink.exercises",
    "frameworks": "frameworks.exercises",
    "subgradients": "subgradients.exercises",
    "zeros": "zeros.exercises",
    "training": "training.exercises",
    "dead_units": "dead_units.exercises",
}
