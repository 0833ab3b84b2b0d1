/** The page that a container's own health check asks, read from its command. Pure. */

export interface CheckPage {
  port: number;
  path: string;
}

/** What the check's words may stand for. */
export interface CheckContext {
  /** Names that mean the container itself, besides the loopback's: of its service, its own, its host name. */
  names: readonly string[];
  /** The container's variables, as `NAME=value`. */
  env: readonly string[];
}

const SELF = ["localhost", "0.0.0.0", "[::1]", "[::]"];
/** Commands that take an address without `http://`. */
const CLIENTS = /(?:^|[\s/;&|(])(?:curl|wget|http|xh)(?=\s|$)/;
/** A request that is more than asking for a page says nothing of what asking for it gives. */
const SENDS =
  /\s(?:-X\s*(?!GET\b|HEAD\b)\w|--request[ =](?!GET\b|HEAD\b)|-d\b|--data|--post-|--method[ =](?!GET\b|HEAD\b))/;
/** What has no scheme begins where a word does: of a long one, not each end of it is tried. */
const URL_TEXT =
  /(?<quote>['"]?)(?:(?<scheme>https?:\/\/)|(?<![\w.-]))(?<host>\[[0-9a-fA-F:]+\]|[\w.-]+)(?::(?<port>\d+))?(?![:\w$])(?<path>\/[^\s'"`|;<>()\\]*)?/g;

/**
 * `test` as Docker has it: `["CMD", word…]`, `["CMD-SHELL", text]`, `["NONE"]` or empty. The first page of the container
 * itself that it asks over http; null where it names none.
 */
export function checkPage(test: readonly string[], context: CheckContext): CheckPage | null {
  const text = commandText(test, context.env);
  if (text === null || SENDS.test(text)) return null;
  const names = [...SELF, ...context.names.filter((name) => name !== "")];
  const hasClient = CLIENTS.test(text);
  for (const { groups = {} } of text.matchAll(URL_TEXT)) {
    const { host = "", path = "", port, quote, scheme } = groups;
    if (scheme === "https://" || !(names.includes(host) || /^127\.\d+\.\d+\.\d+$/.test(host))) continue;
    if (scheme === undefined && (!hasClient || port === undefined)) continue;
    const number = Number(port ?? 80);
    if (number < 1 || number > 65_535 || path.includes("$")) continue;
    return { port: number, path: pathOf(path, quote !== "") };
  }
  return null;
}

/** Without its fragment, and where no quotes hold it together, only up to what a shell takes for an end. */
function pathOf(path: string, isQuoted: boolean): string {
  const end = path.search(isQuoted ? /#/ : /[#&]/);
  const whole = (end < 0 ? path : path.slice(0, end)).replace(/(?<![,\]}])[,\]}]+$/, "");
  return whole === "" ? "/" : whole;
}

/** No check that asks a page is longer. */
const LONGEST_COMMAND = 16 * 1024;
/** No part of an address is longer. */
const LONGEST_VALUE = 1000;

/** Only a shell puts variables in; without one their names stay, and what has one left is no address. */
function commandText(test: readonly string[], env: readonly string[]): string | null {
  const [kind, ...words] = test;
  if (kind === undefined || kind === "NONE") return null;
  if (kind === "CMD-SHELL") return expand(words.join(" "), env);
  const all = kind === "CMD" ? words : test;
  const shell = /(?:^|\/)(?:ba|da|a)?sh$/.test(all[0] ?? "");
  const at = all.findIndex((word) => /^-\w*c$/.test(word));
  return shell && at > 0 ? expand(all[at + 1] ?? "", env) : all.join(" ").slice(0, LONGEST_COMMAND);
}

const VARIABLE = /\$\$?(?:\{(?<braced>[A-Za-z_]\w*)(?::?-(?<other>[^}]{0,1000}))?\}|(?<plain>[A-Za-z_]\w*))/g;

function expand(command: string, env: readonly string[]): string {
  const text = command.slice(0, LONGEST_COMMAND);
  const given = env.filter((each) => each.length <= LONGEST_VALUE);
  const values = new Map(given.map((each) => [each.split("=", 1)[0] ?? "", each.slice(each.indexOf("=") + 1)]));
  return text.replaceAll(VARIABLE, (whole, braced?: string, other?: string, plain?: string) => {
    const value = values.get(braced ?? plain ?? "");
    return (value === "" && other !== undefined ? other : value ?? other) ?? whole;
  });
}
