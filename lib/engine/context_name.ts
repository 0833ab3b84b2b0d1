/** Names of docker contexts, and how a command is put into one: they become arguments of `docker`, and values of a variable. */

/** As docker has it. */
export const CONTEXT_NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.+-]{1,99}$/;
export const CONTEXT_RULE = "the name of a docker context, as `docker context ls` lists it";

export function isContextName(text: string): boolean {
  return CONTEXT_NAME.test(text);
}

/** What a command's environment has if it is to be in the context; DOCKER_HOST would come first. */
export function contextEnv(context: string): Record<string, string> {
  return { DOCKER_CONTEXT: context, DOCKER_HOST: "" };
}
