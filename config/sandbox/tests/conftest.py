"""What the test files share: settings from the environment, as vx11-stability sets them, and pages read over HTTP."""

import os
import urllib.request

import pytest

# Services are on this host, so a proxy of the environment must not be asked.
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def setting(name):
    value = os.environ.get(name)
    if not value:
        pytest.fail(f"{name} is not set; vx11-stability sets it, by hand: {name}=... python3 -m pytest")
    return value


@pytest.fixture
def read():
    """Reads a page of a service: read("switch", "/health") returns status and text."""

    def read_page(service, path):
        base_url = setting("VX11_" + service.upper().replace("-", "_") + "_URL")
        with OPENER.open(base_url + path, timeout=5) as answer:
            return answer.status, answer.read().decode("utf-8")

    return read_page


@pytest.fixture
def mode():
    return setting("VX11_MODE")
