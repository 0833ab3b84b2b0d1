"""In no module's pattern, either."""


def test_endpoints_are_named():
    assert "endpoints_are_named".isidentifier()
