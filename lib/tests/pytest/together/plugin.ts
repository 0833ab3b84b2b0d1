/**
 * A plugin for pytest, in Python, with which one pytest runs several test files, each in a session of its own: what one of them
 * has imported of libraries is there for the next. It takes pytest's place before it has begun, with the arguments that pytest
 * was given. What it says, a mark and a line of JSON, goes to standard output, and the end of a file to standard error, too.
 */

import { LEAVE, pythonJson } from "../python_text.ts";
import { PLUGIN as WITNESS } from "../witness_plugin.ts";
import { TRACES } from "./traces_py.ts";

/** Its module's name. */
export const PLUGIN = "vx11_pytest_together";

export interface TogetherPlan {
  /** Begins each line of its own: a text in ASCII that nobody else knows. */
  mark: string;
  /** In their order; pytest is started with the two arguments of the first. */
  files: readonly PlannedFile[];
  /** Folders, absolute: what is imported from there belongs to the project. */
  project: readonly string[];
}

export interface PlannedFile {
  /** Folder of the witness that is made for this file. */
  dir: string;
  /** What pytest is given for this file: where its XML goes, and what it runs. */
  args: readonly [xml: string, path: string];
}

export function pluginSource(plan: TogetherPlan): string {
  return SOURCE.replace("@PLAN@", () => pythonJson(plan));
}

const SOURCE = `# Written by vx11-stability for one pytest that runs several files, and gone after it.
import gc
import json
import logging
import os
import resource
import select
import signal
import socket
import sys
import threading
import time
import types
import warnings

import pytest

PLAN = json.loads(@PLAN@)
NAME = "${PLUGIN}"
WITNESS = "${WITNESS}"
HERE = os.path.dirname(os.path.abspath(__file__))
PID = os.getpid()
THREAD_GRACE_SEC = 0.5
STREAMS = ("stdin", "stdout", "stderr", "__stdin__", "__stdout__", "__stderr__")
SAVED = [os.dup(each) for each in range(3)]
PLACES = [os.fstat(each)[:3] for each in SAVED]


${LEAVE}
${TRACES}

def _say(streams, **what):
    line = (PLAN["mark"] + json.dumps(what) + "\\n").encode("ascii")
    for each in streams:
        if os.fstat(SAVED[each])[:3] != PLACES[each]:
            raise OSError("another file has the number of this one")
        left = line
        while left:
            try:
                left = left[os.write(SAVED[each], left) :]
            except BlockingIOError:
                select.select([], [SAVED[each]], [])


def _say_left(why):
    try:
        _say([1], kind="left", why=why[:200])
    except OSError:
        pass


class _Telling:
    # For who watches; what counts is the witness's.
    def pytest_collection_finish(self, session):
        self._tell(kind="collected", tests=len(session.items))

    def pytest_runtest_logreport(self, report):
        if report.when == "teardown":
            self._tell(kind="test")

    def _tell(self, **what):
        if os.getpid() == PID:
            try:
                _say([1], **what)
            except OSError:
                pass


def pytest_addoption(parser, pluginmanager):
    config = pluginmanager.get_plugin("pytestconfig")
    args = [str(each) for each in config.invocation_params.args]
    first = PLAN["files"][0]["args"]
    # Whoever wraps pytest may have changed them: then it runs the first file, as it was told.
    if all(args.count(each) == 1 for each in first):
        raise SystemExit(_run(args))
    _load_witness(PLAN["files"][0])
    pluginmanager.import_plugin(WITNESS)


def _run(args):
    for each in PLAN["files"][:-1]:
        kept, shared, family = _Kept(), _Shared(), _family()
        code = _one(args, each)
        if os.getpid() != PID:
            return code
        if code not in (0, 1, 5):
            _say_left("pytest ended with exit code %d" % code)
            return code
        try:
            _flush()
            why = _threads_left() or _process_left(family) or shared.changed()
            if why is None:
                kept.restore()
                _flush()
                _say([1, 2], kind="next", code=code)
            else:
                _say_left(why)
                return code
        except Exception:
            # It cannot be told that the next file would find what it is to find.
            return code
    return _one(args, PLAN["files"][-1])


def _one(args, file):
    first = PLAN["files"][0]["args"]
    own = [file["args"][first.index(each)] if each in first else each for each in args]
    if sys.argv[1:] == args:
        sys.argv[1:] = own
    _load_witness(file)
    return int(pytest.main(own, plugins=[_Telling()]))


def _load_witness(file):
    sys.path.append(file["dir"])
    for variable, separator, value in (("PYTHONPATH", os.pathsep, file["dir"]), ("PYTEST_PLUGINS", ",", WITNESS)):
        before = os.environ.get(variable)
        os.environ[variable] = separator.join([before, value] if before else [value])


def _flush():
    for each in (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__):
        try:
            each.flush()
        except (AttributeError, OSError, ValueError):
            pass
`;
