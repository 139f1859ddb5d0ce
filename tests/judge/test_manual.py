import pytest

from probe.judge.manual import parse

TEXT = """The title.

    WHY
        It matters,
        and how.

        Second paragraph.

    FINDS
    one-code: the first thing, told
        over two lines.
    two-code-4xx: the second.

    FIX
        Do this:
            postconf -e 'a = b'
            postfix reload
        Then that.

    SEE
        RFC 5321 4.2.
    """


def test_a_manual_is_taken_apart() -> None:
    manual = parse("banner", TEXT)
    assert manual.check == "banner"
    assert manual.title == "The title."
    assert manual.why == "It matters, and how.\n\nSecond paragraph."
    assert manual.codes == (("one-code", "the first thing, told over two lines."), ("two-code-4xx", "the second."))
    assert manual.fix == "Do this:\n    postconf -e 'a = b'\n    postfix reload\nThen that."
    assert manual.see == "RFC 5321 4.2."


@pytest.mark.parametrize("section", ["WHY", "FINDS", "FIX", "SEE"])
def test_a_missing_section_is_our_bug(section: str) -> None:
    with pytest.raises(ValueError, match=section):
        parse("banner", TEXT.replace(f"    {section}\n", "\n"))


def test_a_manual_without_codes_is_our_bug() -> None:
    with pytest.raises(ValueError, match="no code"):
        parse("banner", TEXT.replace("one-code:", "one code").replace("two-code-4xx:", "two code"))
