/** What `--version` says. It imports nothing, so that the answer comes as fast as a program can start. */

export interface Tool {
  name: string;
  version: string;
}

export function versionLine({ name, version }: Tool): string {
  return `${name} ${version}`;
}

/** Whether that is all that is asked; beside other words, the command line is read like any other. */
export function asksVersion(args: readonly string[]): boolean {
  return args.length === 1 && args[0] === "--version";
}
