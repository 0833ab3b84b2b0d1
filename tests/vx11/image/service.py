"""The program of every service of tests/vx11: a page server of the shape of VX11's own, which are Python programs.

It imports for a while (CPU time, not sleep), sets its SIGTERM handler only when it is ready, as servers of this kind do
(until then PID 1 ignores SIGTERM), answers on PORT, and writes an access line for each request. Environment:

  VX11_SERVICE, PORT   what the pages say and where they are; without PORT it serves nothing
  HEALTH_PATH          the page that answers 200 (default /health); every other path but /status is 404
  BURN_CPU_S           seconds of CPU that its start costs
  READY_AFTER_S        seconds of waiting that its start takes
  BROKEN_IMPORT        name of a package to import: where it is missing, the start fails with a traceback
  PAGE_CPU_MS          milliseconds of CPU that each page costs
  EXIT_AFTER_S         ends so many seconds after it got ready, with EXIT_CODE (default 0)
"""

import http.server
import importlib
import json
import os
import signal
import sys
import threading
import time

SERVICE = os.environ.get("VX11_SERVICE", "unknown")
READY_FILE = "/tmp/ready"


def number(name):
    return float(os.environ.get(name) or 0)


def say(text):
    print(text, flush=True)


def burn(seconds):
    """Uses so much CPU time of its own, however long that takes."""
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass


class Page(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        burn(number("PAGE_CPU_MS") / 1000)
        known = self.path in (os.environ.get("HEALTH_PATH") or "/health", "/status")
        body = json.dumps({"status": "ok" if known else "no such page", "module": SERVICE}).encode()
        self.send_response(200 if known else 404)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_request(self, code="-", size="-"):
        code = getattr(code, "value", code)
        say(f'INFO:     {self.client_address[0]}:{self.client_address[1]} - "{self.requestline}" {code}')


def main():
    say(f"INFO:     {SERVICE} is starting")
    if os.path.exists(READY_FILE):
        os.remove(READY_FILE)
    if os.environ.get("BROKEN_IMPORT"):
        importlib.import_module(os.environ["BROKEN_IMPORT"])
    burn(number("BURN_CPU_S"))
    time.sleep(number("READY_AFTER_S"))

    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    if os.environ.get("PORT"):
        server = http.server.ThreadingHTTPServer(("0.0.0.0", int(os.environ["PORT"])), Page)
        threading.Thread(target=server.serve_forever, daemon=True).start()
    open(READY_FILE, "w").close()
    say(f"INFO:     {SERVICE} is ready on port {os.environ.get('PORT', 'none')}")
    if stop.wait(number("EXIT_AFTER_S") or None):
        say(f"INFO:     {SERVICE} shuts down")
        return 0
    say(f"ERROR:    {SERVICE} gives up")
    return int(number("EXIT_CODE"))


if sys.argv[1:] == ["ready"]:
    sys.exit(0 if os.path.exists(READY_FILE) else 1)
# Not sys.exit: daemon threads may still be within a request.
status = main()
sys.stdout.flush()
os._exit(status)
