/** A line of `docker events` → an event. Pure. */

import { recordOf } from "../../../values/json.ts";
import type { EngineEvent } from "../../../model/evidence.ts";
import { EngineError } from "../../engine.ts";
import { number, numberIn, parseJson, text } from "./values.ts";
import { SERVICE_LABEL } from "./labels.ts";

/** Podman's names of events in Docker's words. */
const EVENTS_OF_PODMAN: ReadonlyMap<string, string> = new Map([["died", "die"], ["remove", "destroy"]]);

/** A line of `docker events --format '{{json .}}'`; null if it is no event of a project's container. */
export function parseEvent(line: string): EngineEvent | null {
  const event = recordOf(parseJson("docker events", line));
  const actor = recordOf(event["Actor"]);
  const attributes = recordOf(actor["Attributes"]);
  const named = (text(event["Action"]) || text(event["status"])).replace(/^health_status: /, "");
  const action = EVENTS_OF_PODMAN.get(named) ?? named;
  const containerId = text(actor["ID"]) || text(event["id"]);
  const service = text(attributes[SERVICE_LABEL]);
  if (action === "" || containerId === "" || service === "") return null;
  const nanos = number(event["timeNano"]);
  const seconds = number(event["time"]);
  const time = new Date(nanos === null ? (seconds ?? 0) * 1000 : nanos / 1e6);
  if (Number.isNaN(time.getTime())) {
    throw new EngineError(`docker events gave a time that cannot be read: ${nanos ?? seconds}`);
  }
  return {
    time: time.toISOString(),
    action,
    containerId,
    container: text(attributes["name"]),
    service,
    exitCode: numberIn(attributes["exitCode"]),
    signal: numberIn(attributes["signal"]),
  };
}
