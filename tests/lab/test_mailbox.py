from pathlib import Path

from probe.lab.mailbox import Mailbox


def test_a_message_appears_whole_in_new(tmp_path: Path) -> None:
    box = Mailbox(tmp_path / "Maildir")
    path = box.deliver(b"Subject: x\r\n\r\nbody\r\n")
    assert path.parent == tmp_path / "Maildir" / "new"
    assert path.read_bytes() == b"Subject: x\n\nbody\n"
    assert path.name.endswith(",S=17")
    assert list((tmp_path / "Maildir" / "tmp").iterdir()) == []


def test_two_messages_never_share_a_name(tmp_path: Path) -> None:
    box = Mailbox(tmp_path)
    assert len({box.deliver(b"same") for _ in range(50)}) == 50
    assert len(list((tmp_path / "new").iterdir())) == 50


def test_a_mailbox_is_its_owners_alone(tmp_path: Path) -> None:
    Mailbox(tmp_path / "Maildir")
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "Maildir").iterdir()} == {0o700}
