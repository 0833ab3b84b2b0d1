/** What comes in pieces: HTTP answers over the line to the engine, lines of commands that stay, logs that are cleaned. */

import { assert, assertEquals } from "@std/assert";
import { HttpAnswers } from "../../lib/engine/compose/api/http_answers.ts";
import { NoHttp2, Refused, request } from "../../lib/health/grpc/h2.ts";
import { servingStatus } from "../../lib/health/grpc/message.ts";
import { NoHttp } from "../../lib/host/http_text.ts";
import { newRedactor } from "../../lib/secrets/redactor.ts";
import { secretsIn } from "../../lib/secrets/secrets.ts";
import { wholeLines } from "../../lib/host/capture.ts";
import type { Parser } from "./parser.ts";

/** As many pieces at most, as from a connection that brings little at a time. */
const PIECES = 2000;

function pieces(bytes: Uint8Array): ReadableStream<Uint8Array> {
  const size = Math.max(1 + bytes.length % 7, Math.ceil(bytes.length / PIECES));
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      controller.enqueue(bytes.slice(at, at += size));
    },
  });
}

/** A byte for each character: what is no text, too. */
function bytesOf(input: string): Uint8Array {
  return Uint8Array.from(input, (char) => char.charCodeAt(0));
}

const HTTP: Parser = {
  name: "HTTP answers",
  inputs: 8000,
  samples: [
    'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 15\r\n\r\n[{"Id":"ab12"}]HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n',
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n3;x=y\r\nabc\r\n0\r\nTrailer: a\r\n\r\n",
    "HTTP/1.0 500 Oops\nContent-Length: 3\n\nabc",
  ],
  async run(input) {
    const answers = new HttpAnswers(pieces(bytesOf(input)));
    try {
      for (let most = 0; most < 100; most++) {
        const { status, text } = await answers.next();
        assert(status >= 0 && status <= 999);
        assertEquals(typeof text, "string");
      }
    } catch (error) {
      if (!(error instanceof NoHttp)) throw error;
      assert(error.message !== "" && error.message.length < 2000);
    } finally {
      await answers.close();
    }
  },
};

/** Settings, headers, a message of gRPC, and trailers, packed as servers pack them. */
const H2_ANSWER = [
  ...["000000040000000000", "0000140104000000015f8b1d75d0620d263d4c4d65648840", "00000700000000000100000000020801"],
  ...[
    "00000c010500000001400b677270632d737461747573",
    "0130",
    "00000403000000000100000007",
    "000008060000000000" + "ab".repeat(8),
  ],
].join("");

const HTTP2: Parser = {
  name: "HTTP/2 answers",
  inputs: 8000,
  samples: [String.fromCharCode(...Uint8Array.fromHex(H2_ANSWER)), "HTTP/1.1 400 Bad Request\r\n\r\n"],
  async run(input) {
    const line = {
      readable: pieces(bytesOf(input)),
      write: () => Promise.resolve(),
      close: () => Promise.resolve(),
    };
    try {
      const { data, headers, trailers } = await request(line, { headers: [[":path", "/"]], body: new Uint8Array(5) });
      assertEquals([...headers, ...trailers].flat().every((text) => typeof text === "string"), true);
      const status = servingStatus(data);
      assert(typeof status === "number" ? status >= 0 : status.why !== "");
    } catch (error) {
      if (!(error instanceof NoHttp2) && !(error instanceof Refused)) throw error;
      assert(error.message !== "" && error.message.length < 200);
    }
  },
};

const LINES: Parser = {
  name: "lines of a command",
  inputs: 8000,
  samples: ['{"a":1}\n{"b":"é😀"}\n\nlast'],
  async run(input) {
    const bytes = new TextEncoder().encode(input);
    for await (const line of wholeLines(pieces(bytes))) assert(line !== "" && !line.includes("\n"));
  },
};

const SECRETS = {
  DB_PASSWORD: "hunter2-pa$$<w>ö",
  API_KEY: "s3cr3t/value+of=key",
  URL: "redis://user:p4ssw0rd@host/0",
};
const REDACTOR = newRedactor(secretsIn(Object.entries(SECRETS)));
const KNOWN = [SECRETS.DB_PASSWORD, SECRETS.API_KEY, "p4ssw0rd"];

function assertClean(text: string): void {
  for (const secret of KNOWN) {
    assert(!text.includes(secret), `a secret is left in ${JSON.stringify(text.slice(0, 200))}`);
  }
}

const LOGS: Parser = {
  name: "logs with secrets",
  inputs: 4000,
  samples: [
    `INFO password=${SECRETS.DB_PASSWORD} key ${SECRETS.API_KEY}\nGET ${SECRETS.URL} [secret DB_PASSWORD] [secret x`,
    `{"password":${JSON.stringify(SECRETS.DB_PASSWORD)},"b":"${btoa("s3cr3t/value+of=key")}"} http://u:p@h/`,
    `[secret ${"p4ssw0rd"}] p4ssw0 [secret API_KEY]`,
  ],
  async run(input) {
    const once = REDACTOR.text(input);
    assertClean(once);
    assertEquals(REDACTOR.text(once), once, "the same once more changes nothing");
    const stream = REDACTOR.stream(pieces(new TextEncoder().encode(input)));
    assertClean(await new Response(stream as ReadableStream<Uint8Array<ArrayBuffer>>).text());
  },
};

/**
 * Half of what the kernel takes for one variable. The time grows with it: four secrets of 80 KB are made into 47 MB of forms in
 * a second.
 */
const LONGEST_ENVIRONMENT = 64 * 1024;

const ENVIRONMENT: Parser = {
  name: "secrets of an environment",
  inputs: 2000,
  samples: [
    "DB_PASSWORD=hunter2!!\nURL=postgres://u:p4ss%20word@db/x\nPATH=/bin",
    'DOCKER_AUTH={"auths":{"r":{"auth":"dXNlcjpwYXNzd29yZA=="}}}\nCONN=Server=a;Password=abc123xyz;',
    "TLS_KEY=-----BEGIN KEY-----\nMIIEvQIBADANBg\nHOOK=https://hooks.slack.com/services/T0/B0/xyzxyz",
    "A_TOKEN=ghp_0123456789abcdefghijABCDEFGHIJ012345\nS=sk-ant-0123456789abcdefghijkl",
  ],
  run(input) {
    const variables = input.slice(0, LONGEST_ENVIRONMENT).split("\n").map((line): [string, string] => {
      const at = line.indexOf("=");
      return at < 0 ? [line, line] : [line.slice(0, at), line.slice(at + 1)];
    });
    const secrets = secretsIn(variables);
    const redactor = newRedactor(secrets);
    // What is left may hold one by chance: the name of one secret may be the value of another.
    const cleaned = redactor.text(input);
    assertEquals(redactor.text(cleaned), cleaned, "the same once more changes nothing");
    for (const { values } of secrets) for (const value of values) assert(value.length >= 6);
  },
};

export const STREAM_PARSERS: readonly Parser[] = [HTTP, HTTP2, LINES, LOGS, ENVIRONMENT];
