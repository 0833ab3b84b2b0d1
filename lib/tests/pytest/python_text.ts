/** What the Python sources of this folder share: how they get their plan, and how they leave what the tests see. */

/** A Python expression that gives the text of this value's JSON, in ASCII. */
export function pythonJson(value: unknown): string {
  // Escaped twice: Python reads a string of ASCII JSON, which is the same in each of its encodings.
  const json = JSON.stringify(value).replaceAll(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return JSON.stringify(json);
}

/** For a plugin that has HERE, its folder, and NAME: a pytest that a test starts is none of ours. */
export const LEAVE = `def _leave(variable, separator, own):
    rest = [each for each in os.environ.get(variable, "").split(separator) if each not in ("", own)]
    if rest:
        os.environ[variable] = separator.join(rest)
    else:
        os.environ.pop(variable, None)


# A pytest that a test starts is none of ours.
_leave("PYTHONPATH", os.pathsep, HERE)
_leave("PYTEST_PLUGINS", ",", NAME)
sys.path[:] = [each for each in sys.path if each != HERE]
`;
