"""The rails of manifestator."""


def test_rails_hold():
    assert "rails_hold".isidentifier()
