import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from probe.grammar.der import public_key_info
from tests.measure.authority import Authority

ROOT = Authority.root()
LEAF = ROOT.issue("mx1.example.com", ["mx1.example.com"])


@pytest.mark.parametrize("der", [ROOT.der, LEAF.der])
def test_the_key_as_it_was_signed(der: bytes) -> None:
    key = x509.load_der_x509_certificate(der).public_key()
    assert public_key_info(der) == key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


@pytest.mark.parametrize(
    "der", [b"", b"\x30", b"\x30\x00", b"\x30\x80\x00\x00", b"\x30\x85\x01\x00\x00\x00\x00", b"\x02\x01\x00"]
)
def test_what_is_no_certificate(der: bytes) -> None:
    assert public_key_info(der) is None


@given(st.integers(0, len(LEAF.der) - 1), st.integers(0, 255))
def test_a_spoilt_certificate_never_raises(place: int, octet: int) -> None:
    spoilt = LEAF.der[:place] + bytes((octet,)) + LEAF.der[place + 1 :]
    found = public_key_info(spoilt)
    assert found is None or found in spoilt
    assert public_key_info(LEAF.der[:place]) is None


@given(st.binary(max_size=400))
def test_nothing_raises(der: bytes) -> None:
    found = public_key_info(der)
    assert found is None or found in der
