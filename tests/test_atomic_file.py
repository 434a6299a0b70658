import os
import stat
from pathlib import Path

import pytest

from course_lib import atomic_file
from course_lib.atomic_file import created_file, move_to_free_name, replaced_file, ship, shipped


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


@pytest.mark.parametrize("hard_links", [True, False])
def test_a_file_gets_a_name_only_if_nothing_has_it(
    hard_links: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    if not hard_links:
        monkeypatch.setattr(atomic_file.os, "link", refuse)
    source = tmp_path / "source"
    taken = {name: tmp_path / name for name in ("file", "folder", "broken link")}
    taken["file"].write_bytes(b"mine")
    taken["folder"].mkdir()
    taken["broken link"].symlink_to(tmp_path / "nowhere")
    for target in taken.values():
        source.write_bytes(b"new")
        with pytest.raises(FileExistsError):
            move_to_free_name(source, target)
        with pytest.raises(FileExistsError), created_file(target) as file:
            file.write(b"new")
    assert taken["file"].read_bytes() == b"mine" and taken["broken link"].is_symlink()
    assert sorted(os.listdir(tmp_path)) == ["broken link", "file", "folder", "source"]
    move_to_free_name(source, tmp_path / "free")
    with created_file(tmp_path / "free too") as file:
        file.write(b"new")
    assert {(tmp_path / name).read_bytes() for name in ("free", "free too")} == {b"new"} and not source.exists()


def test_an_error_while_creating_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), created_file(tmp_path / "new") as file:
        file.write(b"half of the n")
        raise KeyboardInterrupt
    assert os.listdir(tmp_path) == []


def test_what_ships_comes_back_as_it_was_to_the_last_bit(tmp_path, capsys):
    record = {"α": [1 / 3, 5e-324], "whole": 7}
    ship(record, tmp_path / "record.json")
    assert shipped(tmp_path / "record.json") == record
    assert capsys.readouterr().out == f"written: {tmp_path / 'record.json'}\n"
    assert (tmp_path / "record.json").read_bytes().endswith(b'"whole":7}\n')
