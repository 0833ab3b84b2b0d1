/** Names of modules, services and commands in a config file: they become parts of file names, and arguments of `docker`. */

/** `__proto__` is not an ordinary key. */
export const NAME = /^(?!__proto__$)[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$/;
export const NAME_RULE = "a name of up to 100 letters, digits, `_`, `.`, `-`, with a letter, a digit or `_` first";

export function isName(text: string): boolean {
  return NAME.test(text);
}
