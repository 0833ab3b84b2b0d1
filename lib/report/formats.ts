/** The forms in which a run is reported, by the name that `report --format` takes: a new form needs only a line here. */

import type { Rendering } from "./rendering.ts";

export interface Format {
  /** Its file name in the audit dir; null if it is only printed on demand. */
  file: string | null;
  /** Its text in pieces; the largest forms make each piece when it is read. */
  render(of: Rendering): Promise<Iterable<string>>;
}

/** Each is loaded on first use: most commands use none, and `--help` names them all. */
export const FORMATS = {
  json: { file: "REPORT.json", render: async ({ judged }) => (await import("./json/json.ts")).jsonPieces(judged) },
  md: {
    file: "REPORT.md",
    render: async ({ judged, makeRoom }) => [(await import("./markdown/markdown.ts")).markdownText(judged, makeRoom)],
  },
  html: {
    file: "REPORT.html",
    render: async ({ judged, up }) => (await import("./html/html.ts")).htmlPieces(judged, undefined, up),
  },
  junit: { file: "junit.xml", render: async (of) => (await import("./junit/junit.ts")).renderJunit(of) },
  tap: { file: null, render: async ({ judged }) => [(await import("./tap.ts")).tapReport(judged)] },
} as const satisfies Record<string, Format>;

/** Loads what makes the files, while there is time; the other forms are loaded on first use. */
export async function loadFormats(): Promise<void> {
  await Promise.all([
    import("./json/json.ts"),
    import("./markdown/markdown.ts"),
    import("./html/html.ts"),
    import("./junit/junit.ts"),
  ]);
}

export type FormatName = keyof typeof FORMATS;
export const FORMAT_NAMES = Object.keys(FORMATS) as FormatName[];
