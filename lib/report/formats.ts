/** The forms in which a run is reported, by the name that `report --format` takes: a new form needs only a line here. */

import type { Rendering } from "./rendering.ts";

export interface Format {
  /** Its file name in the audit dir, which each run writes; null if it is only printed on demand. */
  file: string | null;
  /** Loads what renders it. */
  load(): Promise<Render>;
}

/** Its text in pieces; the largest forms make each piece when it is read. */
export type Render = (of: Rendering) => Promise<Iterable<string>> | Iterable<string>;

/** Each is loaded on first use: most commands use none, and `--help` names them all. */
export const FORMATS = {
  json: { file: "REPORT.json", load: async () => (await import("./json/json.ts")).renderJson },
  md: { file: "REPORT.md", load: async () => (await import("./markdown/markdown.ts")).renderMarkdown },
  html: { file: "REPORT.html", load: async () => (await import("./html/html.ts")).renderHtml },
  junit: { file: "junit.xml", load: async () => (await import("./junit/junit.ts")).renderJunit },
  tap: { file: null, load: async () => (await import("./tap.ts")).renderTap },
} as const satisfies Record<string, Format>;

/** The forms that each run writes. */
export const WRITTEN = Object.values<Format>(FORMATS).flatMap(({ file, load }) =>
  file === null ? [] : [{ file, load }]
);

/** Loads what makes the files, while there is time; the other forms are loaded on first use. */
export async function loadFormats(): Promise<void> {
  await Promise.all(WRITTEN.map(({ load }) => load()));
}

export type FormatName = keyof typeof FORMATS;
export const FORMAT_NAMES = Object.keys(FORMATS) as FormatName[];
