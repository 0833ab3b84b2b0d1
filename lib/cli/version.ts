/** The answer to `--version`. It imports nothing, so that the answer comes as fast as a program can start. */

export interface Tool {
  name: string;
  version: string;
}

export function versionLine({ name, version }: Tool): string {
  return `${name} ${version}`;
}

/** Whether `--version` is the only word; with other words, the command line is read like any other. */
export function asksVersion(args: readonly string[]): boolean {
  return args.length === 1 && args[0] === "--version";
}
