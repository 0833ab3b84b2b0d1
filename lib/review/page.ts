/** DEEPSEEK_R1_REVIEW.md: the model and time of the answer, the answer as a quotation, and all that was sent. Pure. */

import { count, duration } from "../text/units.ts";
import { codeSpan, longestRun, markdown } from "../report/escape.ts";
import type { Report } from "../report/value/report.ts";
import { type Answer, LONGEST_ANSWER } from "./answer.ts";
import { quoted } from "./quoted.ts";
import { type Message, textBytes } from "./request.ts";

export interface Review {
  report: Report;
  /** Without the key or any other secret. */
  endpoint: string;
  /** The requested model. */
  model: string;
  messages: readonly Message[];
  answer: Answer;
  /** UTC, with `Z`. */
  askedAt: string;
  durationMs: number;
}

export function reviewPage({ answer, askedAt, durationMs, endpoint, messages, model, report }: Review): string {
  const { completion, prompt } = answer.tokens;
  const named = answer.model === null || answer.model === model ? "" : `, which answered as ${codeSpan(answer.model)}`;
  const counted = prompt === null || completion === null ? "" : ` (${prompt} tokens; the answer has ${completion})`;
  const { failed, passed, skipped, total_modules, warned } = report.summary;
  return [
    "# Design review by a language model",
    [
      `- **Model:** ${codeSpan(model)}${named}`,
      `- **Endpoint:** ${codeSpan(endpoint)}`,
      `- **Asked:** ${askedAt}, answered after ${duration(durationMs)}`,
      `- **Run:** ${report.started_at ?? "unknown"}, ${count(total_modules, "module")}: ${passed} passed, ` +
      `${warned} warned, ${failed} failed, ${skipped} skipped`,
      `- **Sent:** ${textBytes(messages)} bytes of text${counted}; all of it is below`,
    ].join("\n"),
    "What is quoted here is a model's opinion. It changes no verdict, and nobody has checked it.",
    ...warnings(answer),
    "## Answer",
    quoted(answer.text.slice(0, LONGEST_ANSWER)),
    "## What was sent",
    ...messages.flatMap(({ content, role }) => [`${role}:`, verbatim(content)]),
  ].join("\n\n") + "\n";
}

function warnings({ finish, reasoningChars, text }: Answer): string[] {
  return [
    ...(finish === null || finish === "stop" ? [] : [
      finish === "length"
        ? "⚠️ **The answer is not complete:** the model reached its length limit."
        : `⚠️ **The answer may not be complete:** it ended with ${markdown(finish)}.`,
    ]),
    ...(text.length > LONGEST_ANSWER
      ? [`⚠️ **Cut here:** the answer has ${text.length} characters, and the first ${LONGEST_ANSWER} are kept.`]
      : []),
    ...(reasoningChars > 0 ? [`The model's reasoning (${reasoningChars} characters) is left out.`] : []),
  ];
}

/** Exactly what was sent: its lines are harmless as they are. */
function verbatim(content: string): string {
  const fence = "`".repeat(Math.max(3, longestRun(content) + 1));
  return `${fence}text\n${content}\n${fence}`;
}
