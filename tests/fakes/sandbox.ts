/** The sandbox's Compose project, and the modules of the map that it stands in for. */

import { join } from "@std/path";
import { parse } from "@std/yaml";
import { MODULE_NAMES, MODULES } from "../../lib/modules.ts";

export const SANDBOX = join(import.meta.dirname ?? ".", "../../config/sandbox");

export interface SandboxService {
  image: string;
  container_name?: string;
  profiles?: string[];
  mem_limit?: string;
  ports?: string[];
  environment: Record<string, string>;
}

export const sandboxProject = parse(await Deno.readTextFile(join(SANDBOX, "docker-compose.yml"))) as {
  services: Record<string, SandboxService>;
};

/** In the order of the map. A module of which the sandbox has no service is not of them. */
export const SANDBOX_MODULES = MODULE_NAMES.filter((name) =>
  MODULES[name].services.some((service) => service in sandboxProject.services)
);
