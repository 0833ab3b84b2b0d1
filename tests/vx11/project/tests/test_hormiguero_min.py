"""The least that hormiguero does."""


def test_ants_return():
    assert "ants_return".isidentifier()
