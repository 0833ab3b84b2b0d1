"""In no module's pattern."""


def test_policy_is_set():
    assert "policy_is_set".isidentifier()
