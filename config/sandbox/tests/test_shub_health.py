"""The health page of shubniggurath answers, time after time, in a run that states its mode."""


def test_health_page_answers(read):
    status, _ = read("shubniggurath", "/health")
    assert status == 200


def test_health_page_is_the_same_each_time(read):
    pages = [read("shubniggurath", "/health") for _ in range(3)]
    assert pages.count(pages[0]) == len(pages)


def test_run_states_its_mode(mode):
    assert mode in ("low_power", "operative_core")
