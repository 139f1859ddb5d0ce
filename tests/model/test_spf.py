from probe.model.spf import Evaluation, SpfResult


def test_the_results_are_the_words_of_the_standard() -> None:
    assert " ".join(SpfResult) == "none neutral pass fail softfail temperror permerror"


def test_an_evaluation_of_no_record_says_nothing_more() -> None:
    found = Evaluation("2001:db8::25", "example.com", SpfResult.NONE)
    assert (found.record, found.matched, found.cause, found.voids, found.lookups) == (None, (), None, (), 0)
