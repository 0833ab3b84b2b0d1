"""What shubniggurath hears."""


def test_phase_is_eight():
    assert "phase_is_eight".isidentifier()
