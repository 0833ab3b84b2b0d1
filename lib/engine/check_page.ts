/** The page that a container's own health check requests, read from its command. Pure. */

export interface CheckPage {
  port: number;
  path: string;
}

/** What the words of the check may refer to. */
export interface CheckContext {
  /** Names that mean the container itself, besides those of the loopback: its service, its own name, its host name. */
  names: readonly string[];
  /** The container's variables, as `NAME=value`. */
  env: readonly string[];
}

const SELF = ["localhost", "0.0.0.0", "[::1]", "[::]"];
/** Commands that take an address without `http://`. */
const CLIENTS = /(?:^|[\s/;&|(])(?:curl|wget|http|xh)(?=\s|$)/;
/** A request that sends data, uses another method, says who it is or goes another way does not show what a plain GET returns. */
const NO_PLAIN_GET =
  /\s(?:-X\s*(?!GET\b|HEAD\b)\w|--request[ =](?!GET\b|HEAD\b)|-d\b|--data|--post-|--method[ =](?!GET\b|HEAD\b)|-H\b|--header|-u\b|--user\b|--(?:abstract-)?unix-socket|--resolve|--connect-to|-x\b|--proxy)/;
/**
 * A URL without a scheme starts where a word starts, so that not every end part of a long word is tried, nor what comes after
 * the credentials of one with a scheme.
 */
const URL_TEXT =
  /(?<quote>['"]?)(?:(?<scheme>https?:\/\/)|(?<![\w.@:/-]))(?<host>\[[0-9a-fA-F:]+\]|[\w.-]+)(?::(?<port>\d+))?(?![:\w$])(?<path>\/[^\s'"`|;<>()\\]*)?/g;

/**
 * `test` as Docker has it: `["CMD", word…]`, `["CMD-SHELL", text]`, `["NONE"]` or empty. Returns the container's own
 * page that the check requests first over http; null if it names none.
 */
export function checkPage(test: readonly string[], context: CheckContext): CheckPage | null {
  const text = commandText(test, context.env);
  if (text === null || NO_PLAIN_GET.test(text)) return null;
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

/** Without its fragment; an unquoted path also ends at `&`, as in a shell. */
function pathOf(path: string, isQuoted: boolean): string {
  const end = path.search(isQuoted ? /#/ : /[#&]/);
  const whole = (end < 0 ? path : path.slice(0, end)).replace(/(?<![,\]}])[,\]}]+$/, "");
  return whole === "" ? "/" : whole;
}

/** No check that requests a page is longer. */
const LONGEST_COMMAND = 16 * 1024;
/** No part of an address is longer. */
const LONGEST_VALUE = 1000;

/**
 * Only a shell expands variables. Without one their names stay in the text, and an address with such a name is not
 * used.
 */
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
