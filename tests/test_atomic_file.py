import os
import stat
from pathlib import Path

import pytest

from course_lib.atomic_file import replaced_file


def test_an_error_inside_leaves_the_old_file_and_no_other(tmp_path: Path) -> None:
    target = tmp_path / "kept.txt"
    target.write_bytes(b"old")
    with pytest.raises(KeyboardInterrupt), replaced_file(target) as file:
        file.write(b"half of the n")
        raise KeyboardInterrupt
    assert target.read_bytes() == b"old" and os.listdir(tmp_path) == ["kept.txt"]


@pytest.mark.skipif(os.name != "posix", reason="the file's mode is set by the system's own rules here")
def test_only_a_private_file_is_closed_to_others(tmp_path: Path) -> None:
    ordinary = tmp_path / "ordinary"
    ordinary.touch()
    for private, expected in ((True, 0o600), (False, stat.S_IMODE(ordinary.stat().st_mode))):
        with replaced_file(tmp_path / "new", private=private) as file:
            file.write(b"new")
        assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == expected
