/** `review`: a language model's opinion of a run. */

import { resolve } from "@std/path";
import { closed } from "../closed.ts";
import type { Command, Parsed } from "../command.ts";
import type { ReviewConfig } from "../doing/review.ts";
import { interruptible } from "../interrupt.ts";
import { BUG, INTERRUPTED } from "../shared_exits.ts";
import { sharedAll } from "../shared_options.ts";
import { readDefaulted, readOne, readSeconds, refusal } from "../values.ts";

interface Review extends Parsed {
  kind: "review";
  config: ReviewConfig;
}

export const review: Command<Review> = {
  summary: "Let a language model review a run: sends a summary of its record to the endpoint that you name",
  arguments: { placeholder: "AUDIT_DIR", wanted: "the folder of a run", values: "folder" },
  options: [
    {
      name: "endpoint",
      kind: "value",
      placeholder: "URL",
      wanted: "a base URL",
      shownDefault: "https://api.deepseek.com if DEEPSEEK_API_KEY is set",
      env: "DEEPSEEK_BASE_URL",
      help: "base URL of a chat-completions endpoint; its key, if it needs one, comes from DEEPSEEK_API_KEY",
    },
    {
      name: "model",
      kind: "value",
      placeholder: "NAME",
      wanted: "the name of a model",
      fallback: "deepseek-reasoner",
      help: "model to use",
    },
    {
      name: "wait-sec",
      kind: "value",
      placeholder: "N",
      wanted: "a number of seconds over 0 and up to 86400",
      fallback: "600",
      help: "time limit for the answer",
    },
    { name: "dry-run", kind: "flag", help: "show everything that would be sent, and send nothing" },
    ...sharedAll("quiet", "no-color", "help"),
  ],
  exits: {
    ok: "the review was written, or --dry-run showed what would be sent",
    usage: "wrong usage, no run to review, a journal that is not as the run wrote it, or no endpoint named",
    environment: "no answer came, or there is no place to write",
    bug: BUG,
    interrupted: INTERRUPTED,
  },
  examples: [
    ["vx11-stability review docs/audit/RUN --dry-run", "show what would be sent"],
    ["vx11-stability review docs/audit/RUN", "ask, and keep the answer"],
  ],
  parse(argv, host) {
    const model = readDefaulted(argv, "model");
    if (!/^[\x21-\x7e]{1,200}$/.test(model)) throw refusal(argv, "model", model);
    return {
      kind: "review",
      config: {
        auditDir: resolve(host.cwd(), argv.argument ?? ""),
        endpoint: readOne(argv, "endpoint"),
        model,
        waitSec: readSeconds(argv, "wait-sec", (seconds) => seconds > 0),
        dryRun: argv.flag("dry-run"),
        quiet: argv.flag("quiet"),
      },
    };
  },
  async execute(host, { config }) {
    const { reviewCommand } = await import("../doing/review.ts");
    return await interruptible(host, ({ signal }) => reviewCommand(closed(host), config, signal));
  },
};
