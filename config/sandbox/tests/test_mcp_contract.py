"""What the health page of mcp says: that all is well, whose page it is, and the mode."""

import json


def test_page_names_its_service(read):
    _, text = read("mcp", "/health")
    page = json.loads(text)
    assert (page["service"], page["status"]) == ("mcp", "ok")


def test_service_knows_a_mode(read, mode):
    _, text = read("mcp", "/health")
    modes = ("low_power", "operative_core")
    assert mode in modes and json.loads(text)["mode"] in modes
