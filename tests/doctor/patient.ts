/** A run's surroundings on the scripted engine, and what `doctor` says of them. */

import { examine, type Means } from "../../lib/doctor/examine.ts";
import type { ProjectSeen } from "../../lib/doctor/patient.ts";
import type { Asked, Examination } from "../../lib/engine/kind.ts";
import type { Diagnosis } from "../../lib/model/diagnosis.ts";
import { type World, world, type WorldOptions } from "../run/harness.ts";

export interface Setting extends WorldOptions {
  seen?: Partial<ProjectSeen>;
  examination?: Partial<Examination>;
  openEngine?: Means["openEngine"];
  /** Changes the world before it is looked at. */
  before?: (it: World) => void | Promise<void>;
}

/** Enough of it. */
export const ROOM_BYTES = 80 * 2 ** 30;

export interface Examined {
  it: World;
  sections: { title: string; diagnoses: Diagnosis[] }[];
  all: Diagnosis[];
  asked: Asked[];
  /** `LEVEL CHECK SUBJECT` of those with the check. */
  of(...checks: string[]): string[];
  seen(check: string): string[];
}

export async function examined(setting: Setting = {}): Promise<Examined> {
  const { before, examination, openEngine, seen, ...options } = setting;
  const it = world(options);
  const { files } = it.host;
  Object.assign(files, { freeBytes: () => Promise.resolve(ROOM_BYTES), mayWriteIn: () => Promise.resolve(true) });
  await before?.(it);
  const paths = new Map(it.files);
  const asked: Asked[] = [];
  const sections = await it.clock.drive(() =>
    examine(it.host, it.config, {
      seen: {
        modules: it.config.settings.modules,
        notices: [],
        project: "vx11",
        services: it.engine.services,
        variables: it.engine.variables,
        missing: [],
        testsUnread: null,
        near: [],
        elsewhere: [],
        unclaimed: [],
        ...seen,
      },
      openEngine: openEngine ?? (() => Promise.resolve(it.engine)),
      examine(each) {
        asked.push(each);
        return Promise.resolve({ engine: [], images: [], project: [], ...examination });
      },
      signal: it.interrupt.signal,
    })
  );
  if ([...it.files].some(([path, text]) => paths.get(path) !== text) || paths.size !== it.files.size) {
    throw new Error("doctor changed a file");
  }
  if (it.engine.orders.length > 0) throw new Error(`doctor gave orders: ${it.engine.orders.join(", ")}`);
  const all = sections.flatMap(({ diagnoses }) => diagnoses);
  const having = (checks: readonly string[]) => all.filter(({ check }) => checks.includes(check));
  return {
    it,
    sections,
    all,
    asked,
    of: (...checks) => having(checks).map(({ check, level, subject }) => `${level} ${check} ${subject}`),
    seen: (check) => having([check]).map((each) => each.seen),
  };
}
