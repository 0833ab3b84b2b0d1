"""The operator's map."""


def test_map_is_complete():
    assert "map_is_complete".isidentifier()
