/**
 * `review`: sends a summary of a run's record to the endpoint that the user names, and keeps the answer beside the reports.
 * Nothing else in this program sends anything anywhere. If no answer comes, nothing is changed.
 */

import { join } from "@std/path";
import { newRedactor } from "../../secrets/redactor.ts";
import { secretsIn } from "../../secrets/secrets.ts";
import type { Host } from "../../host/host.ts";
import { environmentFailure, EXIT_CODES, messageOf, usageFailure } from "../../model/failure.ts";
import { plain } from "../../report/escape.ts";
import { reportOf } from "../../report/json/json.ts";
import { type Answer, readAnswer } from "../../review/answer.ts";
import { REVIEW_FILE } from "../../review/file.ts";
import { reviewPage } from "../../review/page.ts";
import { type Message, requestBody, requestMessages, textBytes } from "../../review/request.ts";
import { scrubbed } from "../../review/scrub.ts";
import type { Told } from "../../review/digest.ts";
import { judgeBy, readEvidence } from "../../audit/rejudge.ts";
import { ask } from "../../review/ask.ts";
import { type Endpoint, KEY_VARIABLE, readEndpoint, URL_VARIABLE } from "../../review/endpoint.ts";

/** The settings of `review`. Paths are absolute. */
export interface ReviewConfig {
  auditDir: string;
  /** undefined: the environment names it. */
  endpoint: string | undefined;
  model: string;
  waitSec: number;
  dryRun: boolean;
  quiet: boolean;
}

/** Resolves to the exit code. */
export async function reviewCommand(host: Host, config: ReviewConfig, signal: AbortSignal): Promise<number> {
  const endpoint = readEndpoint(host, config.endpoint);
  const known = secretsOf(host, endpoint);
  const { dependsOn, report } = await readTold(host, config.auditDir);
  const messages = await requestMessages({ report, dependsOn }, (text) => known.text(scrubbed(text)));
  if (config.dryRun) {
    host.out.write(dryRunText(config.model, endpoint, messages));
    return EXIT_CODES.ok.code;
  }
  if (endpoint === null) {
    throw usageFailure(
      "Cannot send anything: no endpoint is named",
      `Set ${KEY_VARIABLE} for DeepSeek, or name another with --endpoint or ${URL_VARIABLE}; ` +
        "--dry-run shows what would be sent",
    );
  }
  await requireWritable(host, config.auditDir);
  const askedAt = new Date(host.clock.wall()).toISOString();
  const began = host.clock.mono();
  tellSending(host, config, endpoint, messages);
  const text = await ask(host, endpoint, {
    body: requestBody(config.model, messages),
    limitMs: config.waitSec * 1000,
    signal,
    clean: known.text,
    onPause: (why, ms) => host.err.write(`${plain(why)}; asking again in ${(ms / 1000).toFixed(0)} s\n`),
  });
  const answer = readAnswer(text);
  if ("why" in answer) {
    throw environmentFailure(
      `No review: the answer of ${endpoint.url} cannot be used: ${known.text(answer.why)}`,
      "Check --endpoint and --model. Nothing was changed",
    );
  }
  const path = join(config.auditDir, REVIEW_FILE);
  const review = {
    report,
    endpoint: endpoint.url,
    model: config.model,
    messages,
    // An endpoint may send back what it got.
    answer: withoutSecrets(answer, known.text),
    askedAt,
    durationMs: host.clock.mono() - began,
  };
  await write(host, path, reviewPage(review));
  host.out.write(`Review: ${plain(path)}\n`);
  return EXIT_CODES.ok.code;
}

function secretsOf(host: Host, endpoint: Endpoint | null) {
  const key = endpoint?.key ?? null;
  const own = Object.entries(host.environment()).filter(([name]) => name !== KEY_VARIABLE);
  // A short value, such as "ollama" for a local server that needs no key, is a word, not a secret.
  const keys = key === null || key.length < 8 ? [] : [{ name: KEY_VARIABLE, values: [key] }];
  return newRedactor([...keys, ...secretsIn(own)]);
}

async function readTold(host: Host, auditDir: string): Promise<Told> {
  const judged = judgeBy(await readEvidence(host, auditDir, "review"), null);
  return { report: reportOf(judged), dependsOn: judged.evidence.run?.dependsOn ?? null };
}

function withoutSecrets(answer: Answer, clean: (text: string) => string): Answer {
  const { finish, model, text } = answer;
  return {
    ...answer,
    text: clean(text),
    model: model === null ? null : clean(model),
    finish: finish === null ? null : clean(finish),
  };
}

function tellSending(host: Host, { model, quiet }: ReviewConfig, endpoint: Endpoint, messages: readonly Message[]) {
  if (endpoint.warning !== null) host.err.write(`Warning: ${plain(endpoint.warning)}\n`);
  if (quiet) return;
  host.err.write(`Sending ${textBytes(messages)} bytes of text to ${endpoint.url} for ${plain(model)}; `);
  host.err.write("an answer may take minutes\n");
}

function dryRunText(model: string, endpoint: Endpoint | null, messages: readonly Message[]): string {
  const to = endpoint === null ? `no endpoint is named yet (${KEY_VARIABLE}, ${URL_VARIABLE})` : `POST ${endpoint.url}`;
  const key = endpoint?.key === null || endpoint === null ? "none" : `from ${KEY_VARIABLE}, not shown`;
  const lines = [
    "Dry run: this would be sent, and is not.",
    `To: ${to}`,
    `Key: ${key}`,
    `Model: ${plain(model)}`,
    `Text: ${textBytes(messages)} bytes in ${messages.length} messages`,
    ...(endpoint?.warning === null || endpoint === null ? [] : [`Warning: ${endpoint.warning}`]),
    ...messages.flatMap(({ content, role }) => ["", `--- ${role} ---`, content]),
  ];
  return `${lines.join("\n")}\n`;
}

/** Checks before anything is sent that the answer can be saved; else it would be lost. */
async function requireWritable({ files }: Host, dir: string): Promise<void> {
  const path = join(dir, REVIEW_FILE);
  if (await files.kind(path) === "directory") throw cannotWrite(path, "it is a folder");
  const mark = join(dir, ".writable");
  try {
    await files.writeAtomic(mark, "");
    await files.remove(mark);
  } catch (error) {
    throw cannotWrite(path, error);
  }
}

async function write({ files }: Host, path: string, text: string): Promise<void> {
  try {
    await files.writeAtomic(path, text);
  } catch (error) {
    throw cannotWrite(path, error);
  }
}

function cannotWrite(path: string, error: unknown) {
  const why = messageOf(error);
  return environmentFailure(`Cannot write the review to "${path}": ${why}`, "Check permissions and free space");
}
