import pytest

from probe.grammar.logical_lines import LogicalLine
from probe.grammar.master_line import NotAServiceError, service_of

SMTP = "smtp inet n - y - - smtpd"


@pytest.mark.parametrize(
    ("behind", "arguments", "options"),
    [
        ("", (), {}),
        ("-v -v", ("-v", "-v"), {}),
        ("-o a=b -o c=", ("-o", "a=b", "-o", "c="), {"a": "b", "c": ""}),
        # The server's getopt(3) takes what is glued to the letter; postconf misreads a name with an o in it.
        ("-oname=foo", ("-o", "name=foo"), {"name": "foo"}),
        ("-vo a=b", ("-v", "-o", "a=b"), {"a": "b"}),
        ("-o { a = b c }", ("-o", "a=b c"), {"a": "b c"}),
        ("-- -o a=b", ("--", "-o", "a=b"), {}),
        ("word -o a=b", ("word", "-o", "a=b"), {}),
        ("{a b} {c {d}}", ("a b", "c {d}"), {}),
    ],
)
def test_arguments(behind: str, arguments: tuple[str, ...], options: dict[str, str]) -> None:
    service, complaints = service_of(LogicalLine(f"{SMTP} {behind}", 7), "master.cf")
    assert service.arguments == arguments
    assert {option.name: option.value for option in service.options} == options
    assert all((option.file, option.line) == ("master.cf", 7) for option in service.options)
    assert complaints == []


@pytest.mark.parametrize("behind", ["-o {a = b}c", "-o {a = b", "-o a", "-o {a}"])
def test_arguments_postfix_complains_of(behind: str) -> None:
    assert service_of(LogicalLine(f"{SMTP} {behind}", 1), "master.cf")[1]


@pytest.mark.parametrize(
    "line",
    ["smtp inet n - y - smtpd", "smtp tcp n - y - - smtpd", "smtp inet no - y - - smtpd", "smtp inet n - y 1h - smtpd"],
)
def test_lines_postfix_refuses(line: str) -> None:
    with pytest.raises(NotAServiceError):
        service_of(LogicalLine(line, 1), "master.cf")
