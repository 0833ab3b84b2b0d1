/** What is put into samples: pieces of text that parsers trip over, values of JSON, and texts that are very deep or very long. */

import { HOSTILE } from "../fakes/fuzzed.ts";
import type { Chance } from "./chance.ts";

const NUMBERS = [
  ..."0|-0|-1|1|00|01|1e3|0x10|1.5|1.2.3|.|..|-|+1|NaN|Infinity|-Infinity|1e308|1e309|-1e309|5e-324|null|true".split(
    "|",
  ),
  ..."255|256|65535|65536|99999|2147483648|4294967296|9007199254740993|-9007199254740993|99999999999999999999".split(
    "|",
  ),
  "9".repeat(400),
  `0.${"3".repeat(40)}`,
];

const KEYS = [
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "valueOf",
  "hasOwnProperty",
  "length",
  "then",
  "_",
  "",
];

const SIGNS = [
  ...`[]{}()<>"'\`:;,.=|&#%@!?*+-~^$/\\ \t\n\r`,
  ..."\0|\x07|\x1b|\x7f|\x85|\xa0|\u2028|\ufeff|\ufffd|\ud800|\udc00|😀|\r\n|\n\n|---\n|...\n|${|}}|://|@|%zz|\\u|\\x"
    .split("|"),
];

/** Short pieces. */
export const PIECES: readonly string[] = [...HOSTILE, ...NUMBERS, ...KEYS, ...SIGNS];

/** What JSON may have in any place, written as it stands there. */
export const JSON_VALUES: readonly string[] = [
  ...`null|true|false|0|-1|1.5|1e308|1e999|-1e999|9007199254740993|[]|{}|""|"x"|[[]]|[{}]|[null]|{"":null}`.split("|"),
  ...['{"toString":1}', '{"valueOf":null,"toString":null}', '{"__proto__":{"x":1}}', '{"constructor":{"prototype":1}}'],
  ...[
    '{"length":-1}',
    '{"then":1}',
    '["a",{"toString":1}]',
    '"\\ud800"',
    '"\\u0000"',
    '"__proto__"',
    '"-1"',
    '"99999999999"',
  ],
  "[".repeat(200) + "]".repeat(200),
];

/** Each opens something, and nothing closes it. */
const OPENERS = [
  ..."[|{|(|<|[[|![|](|[[\n|- |? |<a>|<a |<!--|${|${a-|{{|&a |*|!!|\"|'|`|```\n|~~~\n|# |> |%|\\|//|://|a://|a.|a@|:|="
    .split("|"),
  ...[
    '{"a":',
    '[{"a":',
    "<testsuite ",
    "<testcase>",
    ', "Skipped: ',
    "') ",
    "\n",
    "\r\n",
    " \n",
    "\t",
    " ",
    "\0",
    "1",
    "-",
    "a",
  ],
];

export const DEEP = 80_000;
/** Characters of the longest inputs, about. */
export const LONG = 200_000;

/** Deep, or long, by repeating an opener, a piece or what stands in the sample. */
export function hugePiece(chance: Chance, sample: string): string {
  if (chance.once(3)) return chance.of(OPENERS).repeat(DEEP);
  if (chance.once(3)) return chance.of(PIECES).repeat(DEEP).slice(0, LONG);
  const at = chance.below(sample.length + 1);
  const part = sample.slice(at, at + 1 + chance.below(chance.once(2) ? 12 : 80)) || "a";
  return part.repeat(Math.ceil(LONG / 2 / part.length));
}
