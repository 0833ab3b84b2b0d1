/** The usable parts of the answer of a chat-completions endpoint. Pure. */

import { recordOf } from "../values/json.ts";
import { cut } from "../report/escape.ts";

export interface Answer {
  /** Never empty. */
  text: string;
  /** The model as the endpoint names it; null if it names none. */
  model: string | null;
  /** `stop` if the answer is complete. */
  finish: string | null;
  /** Characters of the model's thoughts, which are left out. */
  reasoningChars: number;
  tokens: { prompt: number | null; completion: number | null };
}

/** Nobody reads a longer review. */
export const LONGEST_ANSWER = 200_000;
const LONGEST_WHY = 300;

function text(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

function count(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

/** If there is no answer in the body: why, as the second half of a sentence. */
export function readAnswer(body: string): Answer | { why: string } {
  let json: Record<string, unknown>;
  try {
    json = recordOf(JSON.parse(body));
  } catch {
    return { why: `it is not JSON but ${JSON.stringify(body.trim().slice(0, 100))}` };
  }
  const [choice] = Array.isArray(json["choices"]) ? json["choices"] : [];
  if (choice === undefined) return { why: cut(errorMessage(body) ?? "it has no choices", LONGEST_WHY) };
  const message = recordOf(recordOf(choice)["message"]);
  const finish = text(recordOf(choice)["finish_reason"]);
  const { said, thought } = withoutThoughts(text(message["content"]) ?? "");
  const apart = text(message["reasoning_content"]) ?? text(message["reasoning"]) ?? "";
  if (said === "") {
    const after = thought.length + apart.length > 0 ? " but the model's reasoning" : "";
    return { why: `it holds no text${after} (finish_reason: ${cut(finish ?? "none", LONGEST_WHY)})` };
  }
  const usage = recordOf(json["usage"]);
  return {
    text: said,
    model: text(json["model"]),
    finish,
    reasoningChars: thought.length + apart.length,
    tokens: { prompt: count(usage["prompt_tokens"]), completion: count(usage["completion_tokens"]) },
  };
}

/** Some servers put the thoughts in front of the text, in a tag. */
function withoutThoughts(content: string): { said: string; thought: string } {
  const found = /^\s*<think>([^]*?)(?:<\/think>|$)/.exec(content);
  if (found === null) return { said: content.trim(), thought: "" };
  return { said: content.slice(found[0].length).trim(), thought: (found[1] ?? "").trim() };
}

/** The endpoint's error message in the usual form; null if there is none in that form. */
export function errorMessage(body: string): string | null {
  try {
    const error = recordOf(JSON.parse(body))["error"];
    const said = text(error) ?? text(recordOf(error)["message"]);
    return said === null || said.trim() === "" ? null : said;
  } catch {
    return null;
  }
}
