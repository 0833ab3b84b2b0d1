/** Where a text that is printed over several lines continues: what is between its parts does not belong to it. Pure. */

/**
 * A line break: as bytes, as escapes of JSON, Python and XML, with a shell's backslash, and between strings that Python
 * joins.
 */
const BREAK =
  /["']?[ \t]{0,8}\\{0,8}(?:\r?\n|\\{1,8}r\\{1,8}n|\\{1,8}n|(?:\r|&#(?:13|x0{0,3}d);)?&#(?:10|x0{0,3}a);)/i.source;
/** Docker's time stamp before each line of a log. */
const STAMP = "(?:\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{1,9}Z )?";
/** Indentation, and the sign with which pytest, quotes and comments begin their lines; either may be the text's own. */
const INDENT = "[ \\t]{0,40}";
const SIGN = "(?:[E>|#*+?-] {0,20})?";
/** pytest puts two in front of what a test compares. */
const MOST_SIGNS = 3;
const QUOTE = "[\"']?";

const AT_BREAK = new RegExp(BREAK, "iy");
const AT_STAMP = new RegExp(STAMP, "y");
const AT_INDENT = new RegExp(INDENT, "y");
const AT_SIGN = new RegExp(SIGN, "y");
const AT_QUOTE = new RegExp(QUOTE, "y");
const BEFORE = new RegExp(`${BREAK}${STAMP}${INDENT}${SIGN.repeat(MOST_SIGNS)}${QUOTE}$`, "i");
/** The beginning of a stamp after a break. */
const HALF_STAMP = new RegExp(`^${BREAK}[\\d:.TZ-]{0,30}$`, "i");

/** Where the next line's own text may begin, if a line ends here. */
export function nextLine(text: string, at: number): number[] {
  AT_BREAK.lastIndex = at;
  return AT_BREAK.test(text) ? margins(text, AT_BREAK.lastIndex) : [];
}

/** Where a line's own text may begin. */
export function margins(text: string, at: number): number[] {
  const stamped = behind(AT_STAMP, text, at);
  const begins = [at, stamped, behind(AT_INDENT, text, stamped)];
  for (let nr = 0; nr < MOST_SIGNS; nr++) begins.push(behind(AT_SIGN, text, begins.at(-1) ?? at));
  return [...new Set([...begins, behind(AT_QUOTE, text, begins.at(-1) ?? at)])];
}

/** Where the part that begins there ends; it may be empty. */
function behind(part: RegExp, text: string, at: number): number {
  part.lastIndex = at;
  part.test(text);
  return part.lastIndex;
}

const LONGEST = 80;

/** Where the line before ends, if there is only the margin of a line in between; null if not. */
export function lineBefore(text: string, at: number): number | null {
  const found = BEFORE.exec(text.slice(Math.max(0, at - LONGEST), at));
  return found === null ? null : at - found[0].length;
}

/** Whether the rest of the text, at the beginning of a line, may be the beginning of a time stamp. */
export function mayBeStamp(text: string, at: number): boolean {
  return text.length - at <= LONGEST && /^[\d:.TZ-]{0,30}$/.test(text.slice(at));
}

/** Whether the rest of the text may be the beginning of a break. */
export function mayBreak(text: string, at: number): boolean {
  if (text.length - at > LONGEST) return false;
  return nextLine(text, at).includes(text.length) || HALF_STAMP.test(text.slice(at)) ||
    /^["']?[ \t]{0,8}\\{0,16}(?:r\\{0,8})?\r?(?:&#?(?:1|13|x0{0,3}d?)?;?(?:&#?[1x0]{0,4})?)?$/i.test(text.slice(at));
}
