"""One file for a whole module, named after it alone."""


def test_spawner_limits():
    assert "spawner_limits".isidentifier()
