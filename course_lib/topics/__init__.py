"""The topics of the lessons: a room each, which may use the core and the rooms of earlier topics."""

# Where the exercises and predictions of each lesson stand, by the lesson's key; imported when one is asked for.
EXERCISES = {
    "start": "kink.start_here",
    "limits": "limits.exercises",
    "proof": "kink.exercises",
    "reading": "kink.reading_exercises",
    "frameworks": "frameworks.exercises",
    "subgradients": "subgradients.exercises",
    "zeros": "zeros.exercises",
    "training": "training.exercises",
    "finding": "dead_units.finding_exercises",
    "dead_units": "dead_units.exercises",
    "rectifiers": "rectifiers.exercises",
    "smooth": "rectifiers.smooth_exercises",
    "comparison": "rectifiers.comparison_exercises",
    "maxout": "maxout.exercises",
    "maxout_training": "maxout.training_exercises",
    "linear_paths": "linear_paths.exercises",
    "recurrent": "linear_paths.recurrent_exercises",
    "autodiff": "subgradients.autodiff_exercises",
    "paper": "paper.exercises",
    "audit": "paper.audit_exercises",
}
