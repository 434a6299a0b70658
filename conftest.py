"""Every test, doctest and notebook of the project runs apart from the learner's own progress."""

import os

os.environ["AT_THE_KINK_PROGRESS"] = "off"
