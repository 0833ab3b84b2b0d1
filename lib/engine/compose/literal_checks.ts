/** Which health checks stand in the project's files as they are run: none of their parts is the value of a variable. */

import type { Host } from "../../host/host.ts";
import { isRecord, recordOf } from "../../values/json.ts";
import { findComposeCommand } from "./command.ts";
import { command, composeWords } from "./docker.ts";
import type { WantedProject } from "./project.ts";

/** Names of services; empty if Compose cannot say it. */
export async function literalChecks(
  host: Host,
  { composeFiles, env, projectDir }: WantedProject,
): Promise<ReadonlySet<string>> {
  const { words } = await findComposeCommand(host, { cwd: projectDir });
  const compose = composeWords(words, composeFiles, null, ["*"]);
  const args = ["config", "--no-interpolate", "--format", "json"];
  const { code, stdout } = await command(host, [...compose, ...args], { cwd: projectDir, env });
  return code === 0 ? literalIn(stdout) : new Set();
}

/** From the output of `docker compose config --no-interpolate`. Pure. */
export function literalIn(output: string): ReadonlySet<string> {
  const services = Object.entries(recordOf(recordOf(jsonOf(output)).services));
  return new Set(
    services.filter(([_, value]) => {
      const { test } = recordOf(recordOf(value).healthcheck);
      // A `$$` is of a variable that a shell in the container puts in.
      return test !== undefined && !JSON.stringify(test).includes("$");
    }).map(([name]) => name),
  );
}

function jsonOf(output: string): unknown {
  try {
    const value: unknown = JSON.parse(output);
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
}
