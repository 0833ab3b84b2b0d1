/**
 * Answers the shell that completes a command line. The first line of the answer says what follows, and which part of the
 * last word stays: `words`, `commas` (words of a list with commas), `file` or `folder`, then a tab and that part. Each
 * further line is a word that fits, a tab, and what it does.
 */

import { resolve } from "@std/path";
import type { Host } from "../../host/host.ts";
import type { Settings } from "../../model/settings.ts";
import { plain } from "../../report/escape.ts";
import type { Values } from "../command.ts";
import { ownConfig, readSettings } from "../config_text.ts";
import { type Candidate, type HalfLine, readHalfLine } from "./half_line.ts";

/** `words`: the line after the program's name, up to the cursor. Whatever is wrong is no matter for a prompt. */
export async function complete(host: Host, words: readonly string[]): Promise<void> {
  const line = readHalfLine(words);
  const { commas, kept, next } = line;
  if (next === "file" || next === "folder") host.out.write(`${next}\t${kept}\n`);
  else {
    const typed = (words.at(-1) ?? "").slice(kept.length);
    const taken = commas ? kept.slice(kept.indexOf("=") + 1).split(",") : [];
    const fit = (await candidates(host, line, next))
      .filter(({ word }) => word.startsWith(typed) && !taken.includes(word));
    const rows = fit.map(({ about, word }) => `${word}\t${firstSentence(about)}\n`);
    host.out.write(`${commas ? "commas" : "words"}\t${kept}\n${rows.join("")}`);
  }
}

async function candidates(
  host: Host,
  line: HalfLine,
  next: readonly Candidate[] | Exclude<Values, "file" | "folder">,
): Promise<readonly Candidate[]> {
  if (typeof next !== "string") return next.map((each) => typeof each === "string" ? { word: each, about: "" } : each);
  try {
    const { core, modules } = await settingsOf(host, line);
    if (next === "modules") return [...modules].map(([word, { description }]) => ({ word, about: description }));
    return [...core.modes].map(([word, names]) => ({ word, about: `up: ${names.join(", ")}` }));
  } catch {
    // A config file with a mistake in it, of which the command itself will tell.
    return [];
  }
}

/** As the command itself would find them. A demonstration does not look for the project's own file. */
async function settingsOf(host: Host, { command, values }: HalfLine): Promise<Settings> {
  const dir = resolve(host.cwd(), values.get("project-dir") ?? ".");
  const own = command === "demo" ? undefined : await ownConfig(host, dir);
  const path = values.get("config") ?? own;
  // A pipe may give nothing for ever, and what it gives to the prompt, the command would miss.
  if (path !== undefined && await host.files.modifiedMs(resolve(host.cwd(), path)) === null) {
    throw new Error("no regular file");
  }
  return await readSettings(host, path);
}

/** Shells show a line for each word. */
function firstSentence(text: string): string {
  const [first = ""] = plain(text.replaceAll(/\s+/g, " ")).split(/[.;] /);
  return first;
}
