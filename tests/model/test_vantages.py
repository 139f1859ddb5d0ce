from probe.model.vantages import Trait
from probe.model.words import Family, Stage


def test_who_did_not_see_it_disagrees_with_nobody() -> None:
    def same(*values: str | None) -> bool:
        return Trait("mx1", Family.IPV6, Stage.BANNER, "name", values).same

    assert same("a", None, "a")
    assert same(None, None)
    assert not same("a", None, "b")
