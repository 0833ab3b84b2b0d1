/**
 * Takes out of Compose's messages what they quote of an env file or of a value that cannot be read: a line that is broken
 * may hold a secret that no environment tells of. Pure.
 */

/** What stands before something quoted. It goes to the message's end: it may have quotes and lines of its own. */
const QUOTING = /(\b(?:variable name|near|quoted value|invalid template:?) )["'`][\s\S]*$/i;
/** The value that is no template is the last of three lines. */
const TEMPLATE = /(\binvalid interpolation format for [^\n]*\n[^\n]*\bescape any \$[^\n]*\n)[\s\S]+$/i;

/** The message without what it quotes, where `"…"` stands then. */
export function withoutQuoted(message: string): string {
  return message.replace(TEMPLATE, '$1"…"\n').replace(QUOTING, '$1"…"\n');
}
