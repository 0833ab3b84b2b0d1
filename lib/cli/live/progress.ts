/** Run events → lines for a person, on stderr. Pure formatting; plain if there is no terminal or NO_COLOR is set. */

import { bold, dim, red, yellow } from "@std/fmt/colors";
import { count, duration } from "../../text/units.ts";
import { PAINT } from "../../report/text/paint.ts";
import { cycleText, extentText } from "../../text/extent.ts";
import type { Progress } from "../../model/progress.ts";
import { plain } from "../../report/escape.ts";

/** Lines for the event, each with its line end; empty for an event that is not shown. */
export function progressText(event: Progress, color: boolean): string {
  const paint = (how: (text: string) => string, text: string) => color ? how(text) : text;
  switch (event.type) {
    case "started":
      return `${paint(bold, `Testing ${count(event.modules.length, "module")}`)}, ` +
        `${extentText(event)}, mode ${event.mode} (${plain(event.engine)})\n` +
        paint(dim, `Evidence goes to ${plain(event.auditDir)}`) + "\n";
    case "skipped":
      return `${paint(PAINT.SKIP, "SKIP")} ${event.module}: ${plain(event.why)}\n`;
    case "notice":
      return `${paint(yellow, "note")}: ${plain(event.text)}\n`;
    case "cycle":
      return event.cycles === 1 ? "" : `${paint(bold, capital(cycleText(event.cycle, event)))}\n`;
    case "phase":
      return event.phase === "soak" && !event.done ? `  ${event.module}: soaking\n` : "";
    case "memory":
    case "testing":
    case "pulling":
      return "";
    case "up":
      return event.why === null
        ? `  ${event.module}: ready after ${duration(event.afterMs)}\n`
        : `  ${event.module}: ${paint(red, "not ready")} after ${duration(event.afterMs)}\n`;
    case "test":
      return `  ${event.module}: ${plain(event.file)} ${event.ok ? "passed" : paint(red, "did not pass")} ` +
        `(${duration(event.durationMs)})\n`;
    case "verdict": {
      const { status, reasons } = event.verdict;
      // A module that was only brought up for others is not shown if it is fine.
      if (!event.tested && status === "PASS") return "";
      const lines = reasons.map(({ code, text }) => `    ${code}: ${plain(text)}\n`);
      const also = event.tested ? "" : ", not tested";
      return `${paint(PAINT[status], status)} ${event.module}${also} (${duration(event.durationMs)})\n${
        lines.join("")
      }`;
    }
    case "stopping":
      return `Stopping ${event.containers.map(plain).join(", ")}\n`;
  }
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The first interrupt, by its signal's name, was taken. */
export function interruptText(by: string): string {
  return `Interrupted by ${by}: stopping what this run started; a second interrupt ends it at once\n`;
}
