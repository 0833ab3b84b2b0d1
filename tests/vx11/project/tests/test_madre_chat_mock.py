"""The core's chat."""


def test_chat_answers():
    assert "chat_answers".isidentifier()
