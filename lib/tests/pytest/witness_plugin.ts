/**
 * A plugin for pytest, in Python, that records what pytest collected and what of that ran: pytest's XML and its exit
 * code do not show whether it was cut short. It is written to a folder of its own, writes its record there, and removes
 * itself from the environment that the tests see.
 */

import { LEAVE, pythonJson } from "./python_text.ts";

/** Its module's name. */
export const PLUGIN = "vx11_pytest_witness";

/** The file that it writes, in the plugin's own folder: JSON lines. */
export const RECORD = "witness";

export interface PluginPlan {
  /** The test file that is run, absolute. */
  path: string;
  /** The folder in which test files were looked for, absolute. */
  root: string;
  /** Whether pytest is given a folder above the file, and everything else in it has to be kept out. */
  only: boolean;
}

export function pluginSource(plan: PluginPlan): string {
  return SOURCE.replace("@PLAN@", () => pythonJson(plan));
}

const SOURCE = `# Written by vx11-stability for one run of pytest, and gone after it.
import fnmatch
import json
import os
import sys

import pytest

PLAN = json.loads(@PLAN@)
NAME = "${PLUGIN}"
HERE = os.path.dirname(os.path.abspath(__file__))
PID = os.getpid()


${LEAVE}

def _say(kind, **more):
    line = json.dumps(dict(more, kind=kind, pid=os.getpid())) + "\\n"
    try:
        with open(os.path.join(HERE, "${RECORD}"), "a") as record:
            record.write(line)
    except OSError:
        pass


_say("begun")

_collected = None
_own = None
_ran = set()
_went_on = False


def pytest_collection_finish(session):
    global _collected, _own
    items = getattr(session, "items", [])
    _collected = set() if _runs_nothing(session.config) else set(item.nodeid for item in items)
    paths = set(str(getattr(item, "path", None) or item.fspath) for item in items)
    _own = _is_own(paths)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_node_collection_finished(node, ids):
    global _collected
    _collected = (_collected or set()) | set(ids)


def pytest_runtest_logreport(report):
    if report.when == "teardown":
        _note(report.nodeid)


def pytest_runtest_logfinish(nodeid):
    _note(nodeid)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session, exitstatus):
    left = sorted((_collected or set()) - _ran)
    _say(
        "ended",
        collected=None if _collected is None else len(_collected),
        ran=None if _collected is None else len(_collected) - len(left),
        left=left[:3],
        own=_own,
        failed=session.testsfailed,
        status=int(exitstatus),
    )


def _note(nodeid):
    global _went_on
    _ran.add(nodeid)
    if os.getpid() != PID and not _went_on and not _is_worker():
        _went_on = True
        _say("went_on")


def _is_worker():
    # A child of multiprocessing cannot come back into pytest's own loop, as one of os.fork() does.
    parent = getattr(sys.modules.get("multiprocessing.process"), "parent_process", None)
    return parent is not None and parent() is not None


def _runs_nothing(config):
    return any(getattr(config.option, name, False) for name in ("collectonly", "setupplan"))


def _is_own(paths):
    own = os.path.realpath(PLAN["path"])
    return not paths or any(os.path.realpath(path) == own for path in paths)


if hasattr(pytest, "version_tuple"):

    @pytest.hookimpl(hookwrapper=True)
    def pytest_collect_file(file_path, parent):
        outcome = yield
        if os.path.realpath(str(file_path)) != os.path.realpath(PLAN["path"]):
            return
        if PLAN["only"]:
            # The project's python_files is for folders; this file was found by another pattern.
            if not outcome.get_result():
                outcome.force_result([pytest.Module.from_parent(parent, path=file_path)])
        # A file that is named to pytest is collected whatever the project's settings say, which hold for \`pytest tests\`.
        elif _is_left_out(parent.session, file_path):
            _say("left_out")
            outcome.force_result([])


if PLAN["only"]:

    @pytest.hookimpl(tryfirst=True)
    def pytest_ignore_collect(collection_path):
        own = os.path.realpath(PLAN["path"]) + os.sep
        return None if own.startswith(os.path.realpath(str(collection_path)) + os.sep) else True


def _is_left_out(session, path):
    depth = os.path.relpath(PLAN["path"], PLAN["root"]).count(os.sep)
    return any(_is_ignored(session, each) for each in [path] + list(path.parents)[:depth])


def _is_ignored(session, path):
    config = session.config
    if session.gethookproxy(path).pytest_ignore_collect(collection_path=path, config=config):
        return True
    if not path.is_dir():
        return False
    patterns = config.getini("norecursedirs")
    return any(fnmatch.fnmatch(str(path) if os.sep in each else path.name, _anywhere(each)) for each in patterns)


def _anywhere(pattern):
    return "*" + os.sep + pattern if os.sep in pattern and not os.path.isabs(pattern) else pattern
`;
