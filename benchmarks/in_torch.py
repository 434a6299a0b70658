"""A few lines of PyTorch, run where `make frameworks ARGS=torch` has put it, not in the environment of the course.

Numbers go there and come back as JSON, which keeps every bit.
"""

import json
import subprocess
import sys
from typing import Any

from course_lib.topics.frameworks.libraries import ENVIRONMENTS, python_of

TORCH = python_of(ENVIRONMENTS / "torch")


def in_torch(program: str, given: object) -> Any:
    """What `program` prints as JSON, with `given` as JSON on its standard input."""
    if not TORCH.exists():
        sys.exit(f"{TORCH} is not there; make frameworks ARGS=torch makes it")
    command = [str(TORCH), "-W", "ignore", "-c", program]
    done = subprocess.run(command, input=json.dumps(given), stdout=subprocess.PIPE, check=True, encoding="utf-8")
    return json.loads(done.stdout)
