/**
 * Python, a part of the plugin beside this file: what a test file leaves in the process that the next one shares. What can be
 * put back is put back; for anything else it gives the reason why no other file may run in that process.
 */

import { MARK } from "../../../proc/strays.ts";

export const TRACES = `
STARTED = set(threading.enumerate())


def _is_ours(module):
    # Of the project: it is imported anew for each file, as by a process of its own. Libraries are shared.
    places = [getattr(module, "__file__", None)] + list(getattr(module, "__path__", None) or [])
    return any(_is_in_project(each) for each in places if isinstance(each, str))


def _is_in_project(path):
    path = os.path.abspath(path)
    if any(part in ("site-packages", "dist-packages") for part in path.split(os.sep)):
        return False
    if any(path.startswith(each + os.sep) for each in PREFIXES):
        return False
    return any(path.startswith(each.rstrip(os.sep) + os.sep) for each in PLAN["project"])


PREFIXES = set(
    each
    for each in (sys.prefix, sys.base_prefix, os.path.dirname(os.__file__))
    if not any((own + os.sep).startswith(each.rstrip(os.sep) + os.sep) for own in PLAN["project"])
)


def _shape():
    # The functions and classes of the shared modules, and the functions of those classes.
    shape = {}
    for name, module in list(sys.modules.items()):
        if type(module) is types.ModuleType and not _is_left_alone(name) and not _is_ours(module):
            shape[name] = module, _callables(module)
    return shape


def _is_left_alone(name):
    return name in ("__main__", "sys", NAME, WITNESS) or name.split(".")[0] in ("_pytest", "pytest", "pluggy")


def _callables(holder):
    return {name: value for name, value in list(vars(holder).items()) if callable(value)}


class _Shared:
    def __init__(self):
        self.modules = dict(sys.modules)
        self.shape = _shape()
        self.classes = [
            (each, _callables(each))
            for name, (_, own) in self.shape.items()
            for each in own.values()
            if isinstance(each, type) and each.__module__ == name
        ]
        self.limits = _limits()

    def changed(self):
        for name, module in self.modules.items():
            if sys.modules.get(name) is not module and not _is_left_alone(name):
                return "module %s was replaced" % name
        for name, module in list(sys.modules.items()):
            if name not in self.modules and _is_made_up(module):
                return "module %s was made up" % name
        for name, (module, before) in self.shape.items():
            found = _replaced(module, before)
            if found is not None:
                return "%s.%s was replaced" % (name, found)
        for holder, before in self.classes:
            found = _replaced(holder, before)
            if found is not None:
                return "%s.%s.%s was replaced" % (holder.__module__, holder.__qualname__, found)
        return "a resource limit was changed" if _limits() != self.limits else None


def _is_made_up(module):
    if not isinstance(module, types.ModuleType):
        return True
    known = ("__spec__", "__loader__", "__file__", "__path__")
    return all(getattr(module, each, None) is None for each in known)


def _replaced(holder, before):
    now = vars(holder)
    for name, value in before.items():
        other = now.get(name)
        if other is not value and not _is_library_work(other, value):
            return name
    return None


def _is_library_work(now, before):
    # Libraries replace functions of others by their own ones of that name; so they would in a process of its own.
    origin = sys.modules.get(getattr(now, "__module__", None) or "")
    names = [getattr(each, "__name__", None) for each in (now, before)]
    return type(origin) is types.ModuleType and not _is_ours(origin) and names[0] == names[1] is not None


def _limits():
    return [resource.getrlimit(getattr(resource, each)) for each in dir(resource) if each.startswith("RLIMIT_")]


def _threads_left():
    end = time.monotonic() + THREAD_GRACE_SEC
    for each in threading.enumerate():
        if each not in STARTED:
            each.join(max(0, end - time.monotonic()))
    left = [each.name for each in threading.enumerate() if each not in STARTED]
    return "the thread %s was left" % left[0] if left else None


def _family():
    # Processes of the same group or mark, and children: pid and start; None if the system does not show them.
    mark = os.environ.get("${MARK}")
    found = set()
    try:
        pids = os.listdir("/proc")
    except OSError:
        return None
    for pid in pids:
        if not pid.isdigit() or int(pid) == PID:
            continue
        try:
            with open("/proc/%s/stat" % pid) as file:
                fields = file.read().rpartition(")")[2].split()
        except OSError:
            continue
        try:
            with open("/proc/%s/environ" % pid, "rb") as file:
                environ = file.read()
        except OSError:
            environ = b""
        state, parent, group, start = fields[0], int(fields[1]), int(fields[2]), fields[19]
        marked = mark is not None and ("${MARK}=%s" % mark).encode() in environ.split(b"\\0")
        if state not in "ZX" and (parent == PID or group == os.getpgrp() or marked):
            found.add((int(pid), start))
    return found


def _process_left(before):
    if before is None:
        return "it cannot be seen whether a process was left"
    left = sorted(_family() - before)
    return "the process %d was left" % left[0][0] if left else None


class _Kept:
    # What a process of its own would begin with.
    def __init__(self):
        self.env = dict(os.environ)
        self.cwd = os.getcwd()
        self.path = list(sys.path)
        self.argv = list(sys.argv)
        self.streams = {each: getattr(sys, each) for each in STREAMS}
        self.hooks = sys.excepthook, sys.unraisablehook, threading.excepthook
        self.umask = _umask()
        self.signals = {each: signal.getsignal(each) for each in signal.valid_signals()}
        self.collects = gc.isenabled()
        self.recursion = sys.getrecursionlimit()
        self.timeout = socket.getdefaulttimeout()
        self.log = logging.root.level, list(logging.root.handlers), logging.root.manager.disable

    def restore(self):
        for each in range(3):
            os.dup2(SAVED[each], each)
        for name, stream in self.streams.items():
            setattr(sys, name, stream)
        os.environ.clear()
        os.environ.update(self.env)
        os.chdir(self.cwd)
        sys.path[:] = self.path
        sys.argv[:] = self.argv
        sys.excepthook, sys.unraisablehook, threading.excepthook = self.hooks
        os.umask(self.umask)
        signal.alarm(0)
        for number, handler in self.signals.items():
            if handler is not None and signal.getsignal(number) is not handler:
                signal.signal(number, handler)
        sys.setrecursionlimit(self.recursion)
        socket.setdefaulttimeout(self.timeout)
        self._restore_logging()
        _forget_loop()
        _forget_project()
        (gc.enable if self.collects else gc.disable)()

    def _restore_logging(self):
        root = logging.root
        root.setLevel(self.log[0])
        root.handlers[:] = self.log[1]
        root.manager.disable = self.log[2]
        for logger in list(root.manager.loggerDict.values()):
            if isinstance(logger, logging.Logger):
                logger.disabled = False
                for handler in logger.handlers:
                    # pytest's own streams end with each file.
                    if getattr(getattr(handler, "stream", None), "closed", False) is True:
                        handler.stream = sys.__stderr__


def _umask():
    umask = os.umask(0)
    os.umask(umask)
    return umask


def _forget_loop():
    # A loop that asyncio.run() took away is not there for the next file, as it is in a new process.
    asyncio = sys.modules.get("asyncio")
    if asyncio is not None and hasattr(asyncio, "set_event_loop_policy"):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            asyncio.set_event_loop_policy(None)


def _forget_project():
    for name, module in list(sys.modules.items()):
        if name == WITNESS or (not _is_left_alone(name) and _is_ours(module)):
            del sys.modules[name]
    # What nothing holds any more ends here, and not in the next file's tests.
    gc.collect()
`;
