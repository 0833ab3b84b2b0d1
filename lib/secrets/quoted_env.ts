/**
 * Takes out of Compose's messages what they quote from an env file or from a value that cannot be read: a broken line
 * may hold a secret that is in no environment. Pure.
 */

/**
 * The words before a quotation. The quotation is taken to go on to the message's end: it may have quotes and lines of
 * its own.
 */
const QUOTING = /(\b(?:variable name|near|quoted value|invalid template:?) )["'`][\s\S]*$/i;
/** The value that is no template is the last of three lines. */
const TEMPLATE = /(\binvalid interpolation format for [^\n]*\n[^\n]*\bescape any \$[^\n]*\n)[\s\S]+$/i;

/** The message with `"…"` in the place of what it quotes. */
export function withoutQuoted(message: string): string {
  return message.replace(TEMPLATE, '$1"…"\n').replace(QUOTING, '$1"…"\n');
}
