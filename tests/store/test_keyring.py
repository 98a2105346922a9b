"""What lies in Redis or stands in a link is read again by those who hold a key, and by nobody else."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st

from bot.model.errors import CannotStart, Unreadable
from bot.store.sealing.keyring import KEY_FILE, KeyRing

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def a_key() -> str:
    return Fernet.generate_key().decode()


@given(st.text())
def test_whatever_was_sealed_comes_back(text: str) -> None:
    ring = KeyRing([a_key()])

    assert ring.open_text(ring.seal_text(text)) == text


@given(st.binary())
def test_whatever_was_packed_comes_back(text: bytes) -> None:
    ring = KeyRing([a_key()])

    assert ring.open_record(ring.seal_record(text)) == text


def test_what_is_kept_by_the_thousand_takes_few_bytes_and_tells_nothing() -> None:
    ring, record = KeyRing([a_key()]), b'{"contacts": [{"value": "+33662682193"}]}' * 20
    packed = ring.seal_record(record)

    assert b"662682193" not in packed
    assert 2 * len(packed) < len(ring.seal_text(record.decode()))
    with pytest.raises(Unreadable):
        KeyRing([a_key()]).open_record(packed)
    with pytest.raises(Unreadable):
        ring.open_record(packed[:-1])


def test_what_was_packed_long_ago_is_still_read() -> None:
    key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
    packed = bytes.fromhex(
        "80113601ec4f1bb30a070698898a59d6f4c26934fc9d3293518f0ae774f949ca1bb3d402c1c897fbb19f5e735ccef40e"
        "4b5225e6aa0426524dcb417208e3a56ae75b1574531ddff8635043377890"
    )

    record = KeyRing([a_key(), key]).open_record(packed)

    assert record == b'{"id":"0011223344556677","kind":"assistance","asker":{"user":"U012ABCDEF"},"version":3}'


@pytest.mark.parametrize("altered", [b"", b"x", b"x" * 12, b"x" * 100])
def test_what_was_never_packed_is_unreadable(altered: bytes) -> None:
    with pytest.raises(Unreadable):
        KeyRing([a_key()]).open_record(altered)


def test_what_is_bound_to_one_key_opens_under_no_other() -> None:
    ring = KeyRing([a_key()])
    record, value = ring.seal_record(b"kept", "apizee:{T1}:a"), ring.seal_value("kept", "apizee:{T1}:a")

    assert ring.open_record(record, "apizee:{T1}:a") == b"kept"
    assert ring.open_value(value, "apizee:{T1}:a") == "kept"
    for other in ("apizee:{T1}:b", "apizee:{T2}:a", ""):
        with pytest.raises(Unreadable):
            ring.open_record(record, other)
        with pytest.raises(Unreadable):
            ring.open_value(value, other)
    with pytest.raises(Unreadable):
        ring.open_record(record)


def test_a_text_is_known_by_each_key_of_the_ring() -> None:
    old, new = a_key(), a_key()

    ring = KeyRing([new, old])

    assert ring.fingerprints("+33662682193") == [
        KeyRing([new]).fingerprint("+33662682193"),
        KeyRing([old]).fingerprint("+33662682193"),
    ]


def test_a_sealed_number_is_not_to_be_read() -> None:
    sealed = KeyRing([a_key()]).seal_text("+33662682193")

    assert "662682193" not in sealed
    assert sealed.isascii()


def test_an_old_key_still_opens_after_a_new_one_was_put_first() -> None:
    old, new = a_key(), a_key()
    sealed_before = KeyRing([old]).seal_text("kept")

    ring = KeyRing([new, old])

    assert ring.open_text(sealed_before) == "kept"
    assert KeyRing([new]).open_text(ring.seal_text("fresh")) == "fresh"


def test_without_its_key_nothing_opens() -> None:
    with pytest.raises(Unreadable):
        KeyRing([a_key()]).open_text(KeyRing([a_key()]).seal_text("lost"))


@pytest.mark.parametrize("altered", ["", "x", "é", "\ud800", "gAAAAA==", "a" * 10_000])
def test_what_was_never_sealed_is_unreadable(altered: str) -> None:
    with pytest.raises(Unreadable):
        KeyRing([a_key()]).open_text(altered)


def test_a_link_of_a_day_is_dead_the_day_after() -> None:
    ring = KeyRing([a_key()])
    with time_machine.travel(NOON, tick=False):
        sealed = ring.seal_text("join")

    with time_machine.travel(NOON + timedelta(hours=23, minutes=59), tick=False):
        assert ring.open_text(sealed, max_age=timedelta(days=1)) == "join"
    with time_machine.travel(NOON + timedelta(hours=24, minutes=1), tick=False), pytest.raises(Unreadable):
        ring.open_text(sealed, max_age=timedelta(days=1))


def test_a_ring_does_not_show_its_keys() -> None:
    key = a_key()

    assert key not in repr(KeyRing([key]))
    assert key not in str(vars(KeyRing([key])))


def test_the_keys_of_the_settings_leave_no_file(tmp_path: Path) -> None:
    key = a_key()

    ring = KeyRing.from_settings_or_file([key], tmp_path)

    assert KeyRing([key]).open_text(ring.seal_text("same")) == "same"
    assert list(tmp_path.iterdir()) == []


def test_without_keys_one_is_made_once_for_the_owner_alone(tmp_path: Path) -> None:
    data_dir = tmp_path / "new"

    sealed = KeyRing.from_settings_or_file([], data_dir).seal_text("kept")

    assert KeyRing.from_settings_or_file([], data_dir).open_text(sealed) == "kept"
    assert (data_dir / KEY_FILE).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in data_dir.iterdir()] == [KEY_FILE]


def test_processes_that_start_together_agree_on_one_key(tmp_path: Path) -> None:
    seal_text = (
        "import sys; from pathlib import Path; from bot.store.sealing.keyring import KeyRing; sys.stdin.readline();"
    )
    seal_text += f"print(KeyRing.from_settings_or_file([], Path({str(tmp_path)!r})).seal_text('agreed'))"
    processes = [
        subprocess.Popen(  # noqa: S603  # our own words
            [sys.executable, "-c", seal_text],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        for _ in range(4)
    ]

    for process in processes:
        assert process.stdin
        process.stdin.write("go\n")
        process.stdin.flush()
    sealed = [process.communicate()[0].split()[-1] for process in processes]

    ring = KeyRing.from_settings_or_file([], tmp_path)
    assert {ring.open_text(text) for text in sealed} == {"agreed"}


def test_a_spoilt_key_file_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / KEY_FILE).write_text("no key")

    with pytest.raises(CannotStart, match=r"encryption\.key holds no Fernet key: restore it, or set ENCRYPTION_KEYS"):
        KeyRing.from_settings_or_file([], tmp_path)


def test_a_folder_that_cannot_be_made_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(CannotStart, match=r"cannot be used \(File exists\): set ENCRYPTION_KEYS, or DATA_DIR"):
        KeyRing.from_settings_or_file([], tmp_path / "file")
