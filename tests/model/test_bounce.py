import pytest

from probe.model.bounce import Action, Bounce, BouncedRecipient


@pytest.mark.parametrize(
    ("actions", "expected"),
    [
        ([], Action.FAILED),
        ([Action.DELAYED], Action.DELAYED),
        ([Action.DELIVERED, Action.FAILED], Action.FAILED),
        ([Action.RELAYED, Action.DELAYED], Action.DELAYED),
        ([Action.EXPANDED, Action.DELIVERED], Action.DELIVERED),
    ],
)
def test_the_worst_recipient_counts(actions: list[Action], expected: Action) -> None:
    assert Bounce(True, tuple(map(BouncedRecipient, actions))).action is expected
