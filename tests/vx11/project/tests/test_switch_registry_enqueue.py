"""The queue of switch."""


def test_queue_is_fifo():
    assert "queue_is_fifo".isidentifier()


def test_page_is_of_switch(page):
    assert "switch" in page("switch", "/health")
