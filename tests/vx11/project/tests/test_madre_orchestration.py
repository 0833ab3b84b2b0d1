"""The core's plans."""


def test_plan_is_ordered():
    assert "plan_is_ordered".isidentifier()
