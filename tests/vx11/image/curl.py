#!/usr/bin/python3 -SE
"""curl -f URL, which is all that the health checks use."""

import http.client
import sys

host, _, path = sys.argv[-1].removeprefix("http://").partition("/")
try:
    connection = http.client.HTTPConnection(host.replace("localhost", "127.0.0.1"), timeout=4)
    connection.request("GET", "/" + path, headers={"User-Agent": "curl/8.5.0"})
    response = connection.getresponse()
    status = response.status
    # To its end, as curl does: if it was closed with the body unread, the service would see a reset and write a traceback.
    response.read()
    connection.close()
except OSError as error:
    sys.exit(f"curl: (7) {error}")
if status >= 400:
    print(f"curl: (22) The requested URL returned error: {status}", file=sys.stderr)
    sys.exit(22)
