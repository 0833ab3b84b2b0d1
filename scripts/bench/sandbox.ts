/** Whether the sandbox can be run on a real engine here, and the two ways to run it. */

import { join } from "@std/path";
import { builtinModules } from "../../lib/modules.ts";
import { IMAGE } from "../sandbox_image.ts";
import { type HarnessRun, runHarness, unsuccessful } from "./harness.ts";
import { measure, type Measured } from "./measure.ts";

const FOLDER = "config/sandbox";

/** Why it cannot be run; null where it can. */
export async function whyNoSandbox(root: string): Promise<string | null> {
  const dir = join(root, FOLDER);
  if (!await succeeds(["docker", "version"], dir)) return "no Docker engine answers";
  if (!await succeeds(["docker", "compose", "version"], dir)) return "there is no Docker Compose v2";
  if (!await succeeds(["docker", "image", "inspect", IMAGE], dir)) {
    return `the image ${IMAGE} is not there; make it with \`scripts/deno run -A scripts/sandbox_image.ts\``;
  }
  if (!await succeeds(["python3", "-m", "pytest", "--version"], dir)) return "`python3 -m pytest` does not run";
  if (await outputOf(["docker", "compose", "--profile", "*", "ps", "--all", "--quiet"], dir) !== "") {
    return `containers of ${FOLDER} are there; remove them with \`docker compose --profile '*' down\` in that folder`;
  }
  return null;
}

export async function runSandbox(binary: string, root: string, args: readonly string[]): Promise<HarnessRun> {
  return await runHarness(binary, ["--no-keep-core", ...args], join(root, FOLDER));
}

/** Each module without tests, its services asked by a command. */
export function configOfExecChecks(): string {
  const modules = [...builtinModules()].filter(([, { dependsOn }]) => dependsOn.length > 0);
  const check = (service: string) => `{ service: ${service}, kind: exec, command: [/bin/vx11-service, check] }`;
  const entries = modules.map(([name, { services }]) =>
    `  ${name}: { tests: [], health: [${services.map(check).join(", ")}] }\n`
  );
  return `modules:\n${entries.join("")}`;
}

/** The same work by hand. */
export async function runPlain(root: string): Promise<Measured> {
  const command = ["sh", join(root, "scripts/bench/plain.sh")];
  const measured = await measure(command, { cwd: join(root, FOLDER) });
  if (measured.code !== 0) throw unsuccessful(command, measured);
  return measured;
}

async function succeeds(command: string[], cwd: string): Promise<boolean> {
  return await outputOf(command, cwd) !== null;
}

/** Its standard output; null where it fails, or is not there. */
async function outputOf([program = "", ...args]: string[], cwd: string): Promise<string | null> {
  try {
    const { success, stdout } = await new Deno.Command(program, { args, cwd, stdin: "null", stderr: "null" }).output();
    return success ? new TextDecoder().decode(stdout).trim() : null;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}
