import hashlib
import ssl
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from probe.grammar.der import public_key_info
from probe.lab.certificates import WRONG_NAME, Authority
from probe.lab.faults import Certificate, Promise
from probe.measure.transport.tls import facts

HOST = "mx1.example.com"


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path / "certificates")


def handshake(server: ssl.SSLContext, ca_file: Path | None, name: str = HOST) -> ssl.SSLObject:
    """Shake hands in memory; raises what the client raises."""
    client = ssl.create_default_context(cafile=str(ca_file)) if ca_file else ssl._create_unverified_context()
    up, down = ssl.MemoryBIO(), ssl.MemoryBIO()
    ours = client.wrap_bio(down, up, server_hostname=name)
    theirs = server.wrap_bio(up, down, server_side=True)

    def step(side: Callable[[], None]) -> bool:
        try:
            side()
        except ssl.SSLWantReadError:
            return False
        return True

    for _ in range(10):
        if step(ours.do_handshake) & step(theirs.do_handshake):
            return ours
    raise AssertionError("the handshake does not end")


def shown(authority: Authority, kind: Certificate) -> bytes:
    found = handshake(authority.context(kind, HOST), None).getpeercert(binary_form=True)
    assert found is not None
    return found


def test_a_good_certificate_is_trusted_and_named(authority: Authority) -> None:
    certificate = handshake(authority.context(Certificate.GOOD, HOST), authority.ca_file).getpeercert()
    assert certificate is not None
    assert certificate["subjectAltName"] == (("DNS", HOST),)


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        (Certificate.EXPIRED, "certificate has expired"),
        (Certificate.SELF_SIGNED, "self-signed certificate"),
        (Certificate.WRONG_NAME, "Hostname mismatch"),
    ],
)
def test_a_bad_certificate_is_refused_for_its_fault_alone(authority: Authority, kind: Certificate, reason: str) -> None:
    with pytest.raises(ssl.SSLCertVerificationError, match=reason):
        handshake(authority.context(kind, HOST), authority.ca_file)


def test_an_expiring_certificate_is_still_good_for_ten_days(authority: Authority) -> None:
    found = handshake(authority.context(Certificate.EXPIRING, HOST), authority.ca_file).getpeercert()
    assert found is not None
    left = ssl.cert_time_to_seconds(str(found["notAfter"])) - time.time()
    assert 9.9 * 86400 < left < 10.1 * 86400


@pytest.mark.parametrize(("tls13", "version"), [(True, "TLSv1.3"), (False, "TLSv1.2")])
def test_a_server_may_be_of_yesterday(authority: Authority, tls13: bool, version: str) -> None:
    assert handshake(authority.context(Certificate.GOOD, HOST, tls13=tls13), authority.ca_file).version() == version


def test_the_wrong_name_is_right_for_its_own_host(authority: Authority) -> None:
    handshake(authority.context(Certificate.WRONG_NAME, HOST), authority.ca_file, WRONG_NAME)


def test_the_other_certificate_is_as_good_with_another_key(authority: Authority) -> None:
    handshake(authority.context(Certificate.OTHER, HOST), authority.ca_file)
    assert shown(authority, Certificate.OTHER) != shown(authority, Certificate.GOOD)


def test_one_of_a_kind_and_name_is_the_same_each_time(authority: Authority) -> None:
    assert shown(authority, Certificate.GOOD) == shown(authority, Certificate.GOOD)


def test_keys_are_their_owners_alone(authority: Authority, tmp_path: Path) -> None:
    authority.context(Certificate.GOOD, HOST)
    assert (tmp_path / "certificates" / f"good-{HOST}.pem").stat().st_mode & 0o777 == 0o600


def test_what_a_tlsa_record_says_of_a_certificate(authority: Authority) -> None:
    leaf = shown(authority, Certificate.GOOD)
    assert authority.association(Promise(3, 0, 0)) == f"3 0 0 {leaf.hex()}"
    assert authority.association(Promise(3, 0, 1)) == f"3 0 1 {hashlib.sha256(leaf).hexdigest()}"
    key = public_key_info(leaf)
    assert key is not None
    assert authority.association(Promise()) == f"3 1 1 {hashlib.sha256(key).hexdigest()}"
    assert authority.association(Promise(matching=2)) == f"3 1 2 {hashlib.sha512(key).hexdigest()}"
    assert authority.association(Promise(data="abcd")) == "3 1 1 abcd"
    assert authority.association(Promise(certificate=Certificate.OTHER)) != authority.association(Promise())


def test_a_record_may_speak_of_the_authority_and_the_chain_hold_it(authority: Authority) -> None:
    root = ssl.PEM_cert_to_DER_cert(authority.ca_file.read_text())
    assert authority.association(Promise(2, 0, 1, None)) == f"2 0 1 {hashlib.sha256(root).hexdigest()}"
    for whole_chain, length in ((False, 1), (True, 2)):
        server = authority.context(Certificate.GOOD, HOST, whole_chain=whole_chain)
        assert len(facts(handshake(server, None)).chain) == length
