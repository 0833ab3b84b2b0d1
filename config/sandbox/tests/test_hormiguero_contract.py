"""What the health page of hormiguero says: that all is well, whose page it is, and the mode."""

import json


def test_page_names_its_service(read):
    _, text = read("hormiguero", "/health")
    page = json.loads(text)
    assert (page["service"], page["status"]) == ("hormiguero", "ok")


def test_service_knows_a_mode(read, mode):
    _, text = read("hormiguero", "/health")
    modes = ("low_power", "operative_core")
    assert mode in modes and json.loads(text)["mode"] in modes
