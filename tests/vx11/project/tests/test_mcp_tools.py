"""What mcp offers."""


def test_tools_are_listed():
    assert "tools_are_listed".isidentifier()
