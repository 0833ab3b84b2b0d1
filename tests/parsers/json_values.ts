/** Values made from a JSON Schema, and values changed in one place. */

import { recordOf } from "../../lib/values/json.ts";

/** A value that has every key that the schema names. `root`: the document, for its `$defs`. */
export function valueOf(schema: unknown, root: unknown): unknown {
  const { $ref, anyOf, const: word, enum: words, items, minimum = 0, pattern, properties, type } = recordOf(schema);
  if (typeof $ref === "string") return valueOf(recordOf(recordOf(root)["$defs"])[$ref.split("/").at(-1) ?? ""], root);
  if (word !== undefined) return word;
  if (Array.isArray(words)) return words[0];
  if (Array.isArray(anyOf)) return valueOf(anyOf[0], root);
  const [kind] = [type].flat();
  if (kind === "object" && properties === undefined) {
    return { name: valueOf(recordOf(schema)["additionalProperties"], root) };
  }
  if (kind === "object") {
    return Object.fromEntries(Object.entries(recordOf(properties)).map(([key, each]) => [key, valueOf(each, root)]));
  }
  if (kind === "array") return [valueOf(items, root)];
  if (kind === "string") {
    return pattern === undefined ? "text" : String(pattern).includes("T") ? "2026-01-02T03:04:05Z" : "0123456789abcdef";
  }
  return kind === "boolean" ? true : Math.max(Number(minimum), 1);
}

const OTHERS: readonly unknown[] = [null, "odd", "", 0, -1, 1.5, 1e17, 1e20, true, false, [], {}, ["x"], { x: 1 }];

export interface Change {
  what: string;
  changed: unknown;
}

/** The value with each of its parts left out, and with each replaced by values of every kind. */
export function* changesOf(value: unknown, path = ""): Generator<Change> {
  for (const other of OTHERS) yield { what: `${path || "/"} = ${JSON.stringify(other)}`, changed: other };
  if (Array.isArray(value)) {
    for (const [nr, item] of value.entries()) {
      for (const { changed, what } of changesOf(item, `${path}/${nr}`)) {
        yield { what, changed: value.with(nr, changed) };
      }
    }
  } else if (typeof value === "object" && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      const { [key]: _, ...without } = recordOf(value);
      yield { what: `${path}/${key} left out`, changed: without };
      for (const { changed, what } of changesOf(item, `${path}/${key}`)) {
        yield { what, changed: { ...value, [key]: changed } };
      }
    }
  }
}
