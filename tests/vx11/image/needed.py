"""Prints which files of this interpreter the programs of the image need, a JSON list of [path in the image, file here].

Compiled modules take the place of their sources: a start then costs 0.1 s of CPU instead of half a second."""

import importlib
import json
import os
import sys

NEEDED = ["encodings.idna", "encodings.latin_1", "http.client", "http.server", "signal", "threading", "time", "traceback"]
for name in NEEDED:
    importlib.import_module(name)
pairs = [[os.path.realpath(sys.executable), os.path.realpath(sys.executable)]]
for module in {id(module): module for module in sys.modules.values()}.values():
    source = getattr(module, "__file__", None)
    if not source or not source.endswith(".py") or module.__name__ == "__main__":
        continue
    cached = getattr(module, "__cached__", None)
    usable = cached and os.path.exists(cached)
    pairs.append([source + "c", cached] if usable else [source, source])
json.dump(pairs, sys.stdout)
