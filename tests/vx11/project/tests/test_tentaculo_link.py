"""The gateway, which is a part of the core."""


def test_gateway_routes():
    assert "gateway_routes".isidentifier()
