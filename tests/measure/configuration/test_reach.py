from pathlib import Path

import pytest

from probe.measure.configuration.proc import Proc
from probe.measure.configuration.reach import _running, found_by, text_at
from probe.model.configuration import Binding, Learned, Mta
from probe.model.errors import UsageError
from probe.model.listening import Listening, Reach
from probe.model.words import Family

V6, V4 = Family.IPV6, Family.IPV4


def bound(*items: Listening) -> list[tuple[int, Family, tuple[str, ...], tuple[str, ...]]]:
    text = text_at("-", b"", (), "a server")
    found = found_by(Mta.EXIM, text, Reach(items, (V6, V4), "default"), set()).configuration
    return [(item.port, item.family, item.addresses, item.unknown) for item in found.bindings]


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        (Listening("smtp", (V6, V4), (), "x"), [(25, V6, ("::",), ()), (25, V4, ("0.0.0.0",), ())]),
        (Listening("587", (V4,), ("192.0.2.25",), "x"), [(587, V4, ("192.0.2.25",), ())]),
        (Listening("smtp", (V6, V4), ("localhost",), "x"), [(25, V6, ("::1",), ()), (25, V4, ("127.0.0.1",), ())]),
        (Listening("smtp", (), ("eth0",), "x"), [(25, V6, (), ("eth0",)), (25, V4, (), ("eth0",))]),
        (Listening("policyd", (V4,), (), "x"), []),
        (Listening("smtp", (V6,), ("192.0.2.25",), "x"), []),
        (Listening("smtp", (V6, V4), ("::",), "x"), [(25, V6, ("::",), ()), (25, V4, ("::",), ())]),
    ],
)
def test_what_it_listens_on(item: Listening, expected: object) -> None:
    assert bound(item) == expected


def test_a_service_keeps_its_words() -> None:
    found = found_by(
        Mta.EXIM, text_at("-", b"", (), ""), Reach((Listening("smtp", (V4,), (), "f:3"),), (V4,), "f:9"), set()
    )
    (binding,), (out,) = found.configuration.bindings, found.configuration.outgoing
    assert binding == Binding("smtp", 25, V4, ("0.0.0.0",), "f:3")
    assert (out.families, out.origin) == ((V4,), "f:9")


def test_a_file_a_directory_and_standard_input(tmp_path: Path) -> None:
    path = tmp_path / "smtpd.conf"
    path.write_text("listen on all\n")
    usual = (str(path), "/nowhere/smtpd.conf")
    for place, own in ((str(path), True), (str(tmp_path), True), (None, True)):
        found = text_at(place, None, usual, "OpenSMTPD")
        assert (found.text, found.place, found.own, found.learned) == ("listen on all\n", str(path), own, Learned.READ)
    other = text_at(str(path), None, ("/nowhere/smtpd.conf",), "OpenSMTPD")
    assert not other.own
    given = text_at("-", b"listen on all\n", usual, "OpenSMTPD")
    assert (given.text, given.own, given.learned) == ("listen on all\n", False, Learned.GIVEN)


@pytest.mark.parametrize(
    ("place", "said"),
    [(None, "no OpenSMTPD here: none of /nowhere/smtpd.conf"), ("", "none of smtpd.conf there"),
     ("missing", "No such file or directory")],
)  # fmt: skip
def test_what_is_not_there(tmp_path: Path, place: str | None, said: str) -> None:
    where = None if place is None else str(tmp_path / place) if place else str(tmp_path)
    with pytest.raises(UsageError, match=said):
        text_at(where, None, ("/nowhere/smtpd.conf",), "OpenSMTPD")


def test_the_server_of_our_own_network_comes_before_an_older_one(tmp_path: Path) -> None:
    for entry, name, namespace in (("7", "smtpd", 1), ("8", "other", 2), ("9", "smtpd", 2), ("self", "probe6", 2)):
        (tmp_path / entry / "ns").mkdir(parents=True)
        (tmp_path / entry / "comm").write_text(f"{name}\n")
        (tmp_path / entry / "ns/net").symlink_to(f"net:[{namespace}]")
    assert _running(Proc(str(tmp_path)), {"smtpd"}) == 9
    (tmp_path / "9/comm").write_text("other\n")
    assert _running(Proc(str(tmp_path)), {"smtpd"}) == 7
    assert _running(Proc(str(tmp_path)), {"exim4"}) is None
