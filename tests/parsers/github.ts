/** GitHub's runner as it reads a line that a step printed (src/Runner.Common/ActionCommand.cs): its rules, written anew. */

export interface Command {
  name: string;
  properties: Record<string, string>;
  data: string;
}

const NAMES = new Set(
  ("error warning notice debug group endgroup echo add-mask add-path add-matcher remove-matcher set-env set-output " +
    "save-state stop-commands").split(" "),
);

/** null where the runner takes the line for text. */
export function commandOf(line: string): Command | null {
  return readCommand(line) ?? readOldCommand(line);
}

/** Every command in what a step printed. */
export function commandsIn(output: string): Command[] {
  return output.split(/\r\n|\r|\n/).flatMap((line) => commandOf(line) ?? []);
}

function readCommand(line: string): Command | null {
  const [, info, data] = /^\s*::([^]*?)::([^]*)$/.exec(line) ?? [];
  const [name = "", ...rest] = (info ?? "").split(" ");
  if (!NAMES.has(name)) return null;
  const properties = rest.join(" ").trim().split(",").flatMap((pair): [string, string][] => {
    const at = pair.indexOf("=");
    const value = unescape(pair.slice(at + 1), { "%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": ",", "%25": "%" });
    return at < 1 || at === pair.length - 1 ? [] : [[pair.slice(0, at), value]];
  });
  const text = unescape(data ?? "", { "%0D": "\r", "%0A": "\n", "%25": "%" });
  return { name, properties: Object.fromEntries(properties), data: text };
}

/** The old form is taken anywhere in a line. */
function readOldCommand(line: string): Command | null {
  const [, info = "", data = ""] = /##\[([^\]]*)\]([^]*)/.exec(line) ?? [];
  const [name = ""] = info.split(" ");
  return NAMES.has(name) ? { name, properties: {}, data } : null;
}

function unescape(text: string, escapes: Record<string, string>): string {
  return Object.entries(escapes).reduce((done, [token, char]) => done.replaceAll(token, char), text);
}
