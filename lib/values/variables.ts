/** A text in which `${NAME}` stands for a variable of an environment, and `$$` for `$`. Pure. */

const PART = /\$\$|\$\{([A-Za-z_]\w*)\}/g;

/** Whether every `${` begins the name of a variable. */
export function isWellFormed(text: string): boolean {
  return !text.replaceAll(PART, "").includes("${");
}

/** Each name once. */
export function variablesIn(text: string): string[] {
  return [...new Set([...text.matchAll(PART)].flatMap(([_, name]) => name ?? []))];
}

/** A variable that is not set counts as empty. */
export function withVariables(text: string, env: (name: string) => string | undefined): string {
  return text.replaceAll(PART, (_, name?: string) => name === undefined ? "$" : env(name) ?? "");
}
