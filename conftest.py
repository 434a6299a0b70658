"""Every test, doctest and notebook of the project runs apart from the learner's own progress."""

import os

from hypothesis import settings

os.environ["AT_THE_KINK_PROGRESS"] = "off"
# A machine that is busy makes a test slow, not wrong.
settings.register_profile("course", deadline=None)
settings.load_profile("course")
