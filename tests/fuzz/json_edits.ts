/** Edits of JSON that stay JSON: a value replaced by one of another kind, a key renamed, left out or given twice. */

import type { Chance } from "./chance.ts";
import { JSON_VALUES, PIECES } from "./hostile.ts";

type Place = { of: unknown[]; at: number } | { of: Map<string, unknown>; at: string };

/** As text of JSON with some edits; null where the text is no JSON. */
export function editedJson(chance: Chance, text: string): string | null {
  let value: unknown;
  try {
    value = opened(JSON.parse(text));
  } catch {
    return null;
  }
  for (let edits = 1 + chance.below(3); edits > 0; edits--) {
    const place = anyPlace(chance, value);
    if (place === null) return chance.of(JSON_VALUES);
    edit(chance, place);
  }
  return written(value);
}

/** A text that is written as it is. */
class Raw {
  constructor(readonly text: string) {}
}

/** With a Map in the place of each object: it takes any key, and keeps the order. */
function opened(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(opened);
  if (typeof value !== "object" || value === null) return value;
  return new Map(Object.entries(value).map(([key, each]) => [key, opened(each)]));
}

function written(value: unknown): string {
  if (value instanceof Raw) return value.text;
  if (Array.isArray(value)) return `[${value.map(written).join(",")}]`;
  if (!(value instanceof Map)) return JSON.stringify(value);
  return `{${[...value].map(([key, each]) => `${JSON.stringify(key)}:${written(each)}`).join(",")}}`;
}

/** Walks down at random, and stops at each step with some chance; null where there is nothing to walk into. */
function anyPlace(chance: Chance, root: unknown): Place | null {
  let place: Place | null = null;
  for (let value = root; (Array.isArray(value) && value.length > 0) || (value instanceof Map && value.size > 0);) {
    if (Array.isArray(value)) {
      const at = chance.below(value.length);
      place = { of: value, at };
      value = value[at];
    } else {
      const at = chance.of([...value.keys()]) as string;
      place = { of: value, at };
      value = value.get(at);
    }
    if (chance.once(5)) break;
  }
  return place;
}

function edit(chance: Chance, place: Place): void {
  const put = (value: unknown) =>
    place.of instanceof Map ? place.of.set(place.at as string, value) : place.of[place.at as number] = value;
  const value = place.of instanceof Map ? place.of.get(place.at as string) : place.of[place.at as number];
  switch (chance.below(6)) {
    case 0:
      if (place.of instanceof Map) place.of.delete(place.at as string);
      else place.of.splice(place.at as number, 1);
      return;
    case 1:
      if (place.of instanceof Map) place.of.set(chance.of(PIECES), value);
      else place.of.push(value);
      return;
    case 2:
      put(chance.of(PIECES));
      return;
    case 3:
      put(Array.from({ length: 1 + chance.below(40) }, () => value));
      return;
    default:
      put(new Raw(chance.of(JSON_VALUES)));
  }
}
