"""What hermes stores."""


def test_rows_are_kept():
    assert "rows_are_kept".isidentifier()
