import signal
import threading
import time

import pytest

from course_lib.exercises.checking import TimeIsUp, time_limit


def test_a_block_that_ends_in_time_is_left_alone() -> None:
    before = signal.getsignal(signal.SIGALRM)
    with time_limit(5):
        pass
    assert signal.getsignal(signal.SIGALRM) is before
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_a_bare_except_in_the_block_does_not_escape_it() -> None:
    tries = 0
    began = time.monotonic()
    with pytest.raises(TimeIsUp), time_limit(0.1):
        while True:
            try:
                time.sleep(10)
            except BaseException:
                tries += 1
                if tries == 2:
                    raise
    assert tries == 2 and time.monotonic() - began < 5


def test_outside_the_main_thread_there_is_no_bound_and_no_error() -> None:
    done = []

    def work() -> None:
        with time_limit(0.01):
            time.sleep(0.05)
            done.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done == [True]
