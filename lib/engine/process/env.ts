/**
 * The environment of a service's processes, and the marks in it that identify them, also after the program that started
 * them was killed. Pure.
 */

import type { ProcessMap } from "../../model/process.ts";
import { urlVariable } from "../../plan/service_env.ts";
import type { ProcId } from "../../proc/tree.ts";
import { variableOf } from "../../proc/tree.ts";

const ID = "VX11_PROCESS_ID";
const SERVICE = "VX11_PROCESS_SERVICE";
const PROJECT = "VX11_PROCESS_PROJECT";

/** Where services of the process engine listen. */
export const LOOPBACK = "127.0.0.1";

/** Whose a process is. */
export interface ProcessMark {
  id: string;
  service: string;
  project: string;
}

export interface EnvOf {
  id: string;
  service: string;
  project: string;
  /** Added to this program's environment for every service. */
  common: Readonly<Record<string, string>>;
  services: ProcessMap;
  /** Service → its port, if it has one. */
  ports: ReadonlyMap<string, number>;
}

/** What is added to this program's own environment. */
export function childEnv({ common, id, ports, project, service, services }: EnvOf): Record<string, string> {
  const port = ports.get(service);
  const urls = [...ports].map(([name, each]): [string, string] => [urlVariable(name), `http://${LOOPBACK}:${each}`]);
  return {
    ...common,
    ...Object.fromEntries(urls),
    ...services.get(service)?.env,
    ...(port === undefined ? {} : { PORT: String(port) }),
    [ID]: id,
    [SERVICE]: service,
    [PROJECT]: project,
  };
}

/** The name alone is not enough: the same project may be tested in two folders at once. */
export function projectMark({ name, dir }: { name: string; dir: string }): string {
  return `${name}:${dir}`;
}

/** The marks in the text of /proc/<pid>/environ; null if there are none. */
export function parseMark(environ: string): ProcessMark | null {
  const [id, service, project] = [ID, SERVICE, PROJECT].map((name) => variableOf(environ, name));
  return id === undefined || service === undefined || project === undefined ? null : { id, service, project };
}

/** A unique id that names the process of the program that it belongs to. `part` differs for each instance. */
export function instanceId(service: string, owner: ProcId, part: string): string {
  return `${service}-${owner.pid}-${owner.start}-${part}`;
}

/** The program that started an instance; null if the id is not one of ours. */
export function ownerOf(id: string): ProcId | null {
  const match = /-(\d+)-(\d+)-[^-]+$/.exec(id);
  return match === null ? null : { pid: Number(match[1]), start: Number(match[2]) };
}
