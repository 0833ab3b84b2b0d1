/**
 * Finds denort, the runtime to which `deno compile` appends the program. In this order: the file named by DENORT_BIN; Deno's own
 * download; the one in an npm package, for machines that reach only the npm registry.
 */

import { exists } from "@std/fs";
import { NPM_DENORT, npmDenort } from "./denort_npm.ts";
import type { Target } from "./targets.ts";
import { BuildError } from "./build_error.ts";

/** `bin`: the value for DENORT_BIN; without it, `deno compile` fetches or finds its own. `from`: the source, for the user. */
export interface Denort {
  bin?: string;
  from: string;
}

/** A name server or a proxy that drops packets must not cost minutes. */
const PROBE_MS = 10_000;

export async function findDenort(target: Target): Promise<Denort> {
  const named = Deno.env.get("DENORT_BIN");
  if (named) {
    if (await exists(named, { isFile: true })) return { bin: named, from: `DENORT_BIN, ${named}` };
    throw new BuildError(`Cannot build: DENORT_BIN is set to "${named}", which is not a file. Correct or unset it.`);
  }
  const url = `https://dl.deno.land/release/v${Deno.version.deno}/denort-${target}.zip`;
  if (await exists(`${await denoDir()}/dl/release/v${Deno.version.deno}/denort-${target}.zip`)) {
    return { from: "Deno's own download, kept from an earlier build" };
  }
  const hindrance = await unreachable(url);
  if (hindrance === undefined) return { from: `Deno's own download, ${url}` };
  const refusal = refuseNpm(target, Deno.version.deno);
  if (refusal !== undefined) throw new BuildError(`Cannot build: ${url} is not available (${hindrance}); ${refusal}`);
  const bin = await npmDenort().catch((error) => {
    throw new BuildError(`Cannot build: ${url} is not available (${hindrance}), nor is npm's: ${error.message}`);
  });
  return { bin, from: `npm ${NPM_DENORT.spec}, checked, since ${url} is not available (${hindrance})` };
}

/** Why npm's denort does not fit this target and this Deno, with what to do; undefined if it fits. Pure. */
export function refuseNpm(target: Target, deno: string): string | undefined {
  const next = `set DENORT_BIN to the denort of Deno ${deno} for ${target}, or build where dl.deno.land can be reached`;
  if (target !== NPM_DENORT.target) {
    return `the one on npm is for ${NPM_DENORT.target}, not for ${target}. Next: ${next}.`;
  }
  if (deno !== NPM_DENORT.deno) {
    return `the one on npm is of Deno ${NPM_DENORT.deno} and this is Deno ${deno}, but both must be of one release. ` +
      `Next: build with \`npx --yes deno@${NPM_DENORT.deno} task build\`, or ${next}.`;
  }
  return undefined;
}

async function unreachable(url: string): Promise<string | undefined> {
  try {
    const response = await fetch(url, { method: "HEAD", signal: AbortSignal.timeout(PROBE_MS) });
    await response.body?.cancel();
    return response.ok ? undefined : `HTTP ${response.status}`;
  } catch (error) {
    // fetch wraps the cause in messages that repeat the address: the innermost one says what is wrong.
    return String(error instanceof Error ? error.message : error).split("): ").at(-1);
  }
}

async function denoDir(): Promise<string> {
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"], stderr: "null" }).output();
  return (JSON.parse(new TextDecoder().decode(stdout)) as { denoDir: string }).denoDir;
}
