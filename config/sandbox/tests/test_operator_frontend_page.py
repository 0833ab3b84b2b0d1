"""The page that a browser gets from operator-frontend."""


def test_page_has_the_title_of_the_service(read):
    status, text = read("operator-frontend", "/")
    assert status == 200
    assert "<title>operator-frontend</title>" in text


def test_page_is_whole(read, mode):
    _, text = read("operator-frontend", "/")
    assert mode in ("low_power", "operative_core")
    assert text.startswith("<!doctype html>") and text.rstrip().endswith("</h1>")
