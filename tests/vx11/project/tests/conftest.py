"""What the test files share."""

import os
import urllib.request

import pytest


@pytest.fixture
def page():
    """Reads a page of a service at the address that vx11-stability gives; skips where it gives none."""

    def read(service, path):
        name = "VX11_" + service.upper().replace("-", "_") + "_URL"
        if not os.environ.get(name):
            pytest.skip(f"{name} is not set")
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(os.environ[name] + path, timeout=5) as answer:
            return answer.read().decode()

    return read
