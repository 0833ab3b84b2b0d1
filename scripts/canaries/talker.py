"""A service that says plantings: {"out": [[piece, …], …], "err": …, "page": [text, …], "status": 500, "end": true} of its JSON file."""

import http.server
import itertools
import json
import os
import sys

with open(sys.argv[1], encoding="utf-8") as file:
    told = json.load(file)


def say(stream, pieces_of_each):
    for pieces in pieces_of_each:
        for piece in pieces:
            stream.buffer.write(piece.encode())
            stream.buffer.flush()
        stream.buffer.write(b"\n")
    stream.buffer.flush()


say(sys.stdout, told.get("out", []))
say(sys.stderr, told.get("err", []))
if told.get("end"):
    sys.exit(3)
pages = itertools.cycle(told.get("page", ["ok"]))


class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        text = next(pages)
        where = told.get("where", "body")
        line = " ".join(text.split("\n"))
        # A header is of Latin-1, and others write bytes of UTF-8 into it.
        header = line.encode().decode("latin-1").replace("\r", " ").replace("\0", " ")
        self.send_response(told.get("status", 200), header[:8000] if where == "reason" else None)
        if where == "location":
            self.send_header("Location", "/" + header[:8000])
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_):
        pass


http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Page).serve_forever()
