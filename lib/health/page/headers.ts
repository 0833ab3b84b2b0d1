/** Headers that a check sends: as they are declared, with variables of this program's environment in their values. */

import type { Host } from "../../host/host.ts";
import { usageFailure } from "../../model/failure.ts";
import { isWellFormed, variablesIn, withVariables } from "../../values/variables.ts";
import { type ConfigValue, placeOf, readEntries, readText } from "../../values/value.ts";
import type { JsonSchema } from "../../values/json_schema.ts";
import type { Flaw } from "../kind.ts";

/** Name → value, as declared. */
export type Headers = Readonly<Record<string, string>>;

const NAME = /^[!#$%&'*+.^_`|~\dA-Za-z-]+$/;
/** They belong to the connection, and are this program's own matter. */
const OWN = ["connection", "content-length", "expect", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade"];
// deno-lint-ignore no-control-regex -- control characters are what HTTP forbids
const FORBIDDEN = /[\u0000-\u0008\u000a-\u001f\u007f]/;
const VALUE = "a text of one line, in which `${NAME}` stands for a variable of the environment, and `$$` for `$`";

/** Of `readHeaders`. */
export const headersSchema: JsonSchema = {
  type: "object",
  patternProperties: {
    [NAME.source]: { type: ["string", "number", "boolean"], pattern: "^[^\\u0000-\\u0008\\u000a-\\u001f\\u007f]*$" },
  },
  additionalProperties: false,
  description: "Name → value, in which ${NAME} stands for a variable of the environment.",
};

/** Usage Failure on any mistake. */
export function readHeaders(at: ConfigValue): Headers {
  const headers = new Map<string, string>();
  for (const [name, value] of readEntries(at)) {
    const same = [...headers.keys()].find((each) => each.toLowerCase() === name.toLowerCase());
    if (same !== undefined) throw usageFailure(`${placeOf(value)} is ${same} again`, "Give one of the two");
    if (!NAME.test(name)) {
      throw usageFailure(`${placeOf(value)} is no name for a header`, "Use letters, digits and `-`");
    }
    if (OWN.includes(name.toLowerCase())) {
      throw usageFailure(`${placeOf(value)} cannot be set: it belongs to the connection`, "Leave it out");
    }
    headers.set(name, readValue(value));
  }
  return Object.fromEntries(headers);
}

function readValue(at: ConfigValue): string {
  if (typeof at.value === "number" || typeof at.value === "boolean") return String(at.value);
  return readText(at, VALUE, (text) => isWellFormed(text) && !FORBIDDEN.test(text)).trim();
}

/** Variables without which the headers cannot be sent. Their values are secrets, and never shown. */
export function headerFlaws(headers: Headers, env: Host["env"]): Flaw[] {
  return Object.entries(headers).flatMap(([name, value]) =>
    variablesIn(value).flatMap((variable): Flaw[] => {
      const given = env(variable)?.trim() ?? "";
      const key = `headers.${name}`;
      const next = `Set ${variable} in the environment of this program`;
      if (given === "") return [{ key, why: `names the variable ${variable}, which is not set`, next }];
      if (!FORBIDDEN.test(given)) return [];
      return [{ key, why: `names the variable ${variable}, which has a character that HTTP forbids`, next }];
    })
  );
}

/** As they are sent. */
export function sentHeaders(headers: Headers, env: Host["env"]): [name: string, value: string][] {
  return Object.entries(headers).map(([name, value]) => [name, withVariables(value, (each) => env(each)?.trim())]);
}
