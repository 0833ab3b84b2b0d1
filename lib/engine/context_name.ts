/** Names of docker contexts: they become arguments of `docker`, and values of a variable. */

/** As docker has it. */
export const CONTEXT_NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.+-]{1,99}$/;
export const CONTEXT_RULE = "the name of a docker context, as `docker context ls` lists it";

export function isContextName(text: string): boolean {
  return CONTEXT_NAME.test(text);
}
