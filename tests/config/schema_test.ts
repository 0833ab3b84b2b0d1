/**
 * The JSON Schema of config files, as a validator not of ours reads it, beside the reader of config files: what the reader
 * accepts, the schema accepts, and what the schema cannot know is a short list. The valid files of the other tests here are
 * seen by tests/fakes/config.ts.
 */

import { assert, assertEquals } from "@std/assert";
import { parse } from "@std/yaml";
import { parseConfig } from "../../lib/config/file.ts";
import { configSchema } from "../../lib/config/schema.ts";
import { CHECK_KINDS, checkKind } from "../../lib/health/registry.ts";
import { Failure } from "../../lib/model/failure.ts";
import { recordOf } from "../../lib/values/json.ts";
import { schemaRefusal } from "../fakes/config.ts";
import { changesOf, valueOf } from "../parsers/json_values.ts";

/** Why the reader refuses a value; null if it does not. JSON is YAML. */
function readerRefusal(value: unknown): string | null {
  try {
    parseConfig(JSON.stringify(value), "c.yaml");
    return null;
  } catch (error) {
    if (error instanceof Failure) return `${error.data.what}. ${error.data.next}`;
    throw error;
  }
}

/** What only the rest of the file, or a parser of another language, can tell. */
const BEYOND = [
  /must be the name of a module/,
  /must be one of the module's services/,
  /which is not among the services/,
  /leaves out .* whose health endpoint is in the built-in map/,
  /to two modules/,
  /dependency cycle/,
  /which another command of the module has/,
  /names the check .* twice/,
  /says of service .* that it is a job/,
  /must be an http:\/\/ URL of this host/,
  /must be an https?:\/\/ URL with a host/,
  /must be a host name or an IP address/,
  /cannot be set: it belongs to the connection/,
  /in which `\$\{NAME\}` stands/,
  /must be a pattern for the name of a test file/,
  /must be the path of a (file|folder) in the project/,
];

/** Values of a kind's keys that have a pattern, or that go together. */
const FITTING: Record<string, Record<string, unknown>> = {
  http: { url: undefined, path: "/x", method: "POST", headers: { "X-A": "b" }, status: ["2xx", 404] },
  https: { url: "https://a/x", port: undefined, path: undefined, headers: { "X-A": 1 }, status: 204, insecure: false },
  grpc: { tls: true, insecure: false, server_name: "a.b" },
};

const CHECKS = CHECK_KINDS.map((kind) => {
  const values = Object.entries(checkKind(kind).keys).map(([key, schema]) => [key, valueOf(schema, configSchema())]);
  // A job has no other check.
  const service = checkKind(kind).completes === true ? "job" : "web";
  return JSON.parse(JSON.stringify({ service, kind, ...Object.fromEntries(values), ...FITTING[kind] }));
});

const WHOLE: Record<string, unknown> = {
  engine: "process",
  thresholds: { min_probes: 5, health_ok_pct: 99.5 },
  rules: { flaky: "off" },
  metrics_source: "stats",
  extends: "none",
  core: ["db"],
  modes: { full: ["web"], "x-mine": 1 },
  modules: {
    db: { services: ["db"] },
    web: {
      description: "The shop",
      services: ["web", "job"],
      depends_on: ["db"],
      health: [...CHECKS, ["http://127.0.0.1:80/health", "web"]],
      tests: ["test_web.py"],
      commands: [{
        ...{ name: "smoke", run: ["npm", "test"], in: "host", cwd: "e2e", env: { A: "b", C: 1, D: true } },
        ...{ timeout: 60, junit: "out.xml" },
      }, {
        name: "e2e",
        run: ["hurl", "a.hurl"],
        image: "ghcr.io/orange-opensource/hurl:5.0.1",
        cwd: "e2e",
        junit: "j.xml",
      }],
      optional: true,
    },
  },
  services: {
    db: { command: ["db"] },
    web: {
      ...{ command: ["python3", "-m", "web"], env: { A: "b" }, cwd: "web", port: 80, restart: "no", mem_limit: "64m" },
      ...{ stop_signal: "SIGINT", stop_grace_sec: 5, completes: false, depends_on: ["db"] },
    },
  },
  "x-own": { anything: [1] },
};

/** The sections that are read by themselves, so that a change of one is not hidden by a mistake in another. */
for (const [name, section] of Object.entries(WHOLE)) {
  Deno.test(`the schema and the reader agree on ${name}, changed in any place`, () => {
    assertEquals([readerRefusal(WHOLE), schemaRefusal(WHOLE)], [null, null]);
    let refused = 0;
    for (const { changed, what } of changesOf(section)) {
      const value = { ...WHOLE, [name]: changed };
      const seen = { reader: readerRefusal(value), schema: schemaRefusal(value) };
      if (seen.schema === null && BEYOND.some((reason) => reason.test(seen.reader ?? ""))) continue;
      assertEquals(seen.reader === null, seen.schema === null, `${what}: ${JSON.stringify(seen)}`);
      if (seen.reader !== null) refused++;
    }
    assert(refused > 0 || name.startsWith("x-"));
  });
}

/** Sections, each a mistake that both must see. */
const MISTAKES = [
  "[]",
  "engines: compose",
  "engine: podman",
  "engine:",
  "thresholds: { min_probe: 5 }",
  "thresholds: { min_probes: 1.5 }",
  "thresholds: { min_probes: 0 }",
  "rules: { flaky: maybe }",
  "extends: other",
  "core: db",
  "core: [switch, switch]",
  "modes: { 'a b': [] }",
  "modes: { full: switch }",
  "modules: []",
  "modules: { switch: { service: [a] } }",
  "modules: { new: { tests: [] } }",
  "extends: none\nmodules: { switch: { tests: [] } }",
  "modules: { __proto__: { services: [a] } }",
  "modules: { -x: { services: [a] } }",
  "modules: { new: { services: [] } }",
  "modules: { new: { services: [a, a] } }",
  "modules: { new: { services: [a/b] } }",
  "modules: { switch: { health: [], health_endpoints: [] } }",
  "modules: { switch: { tests: [], test_patterns: [] } }",
  "modules: { switch: { health: [{ service: switch }] } }",
  "modules: { switch: { health: [{ service: switch, kind: htp, port: 1, path: / }] } }",
  "modules: { switch: { health: [{ service: switch, port: 0, path: / }] } }",
  "modules: { switch: { health: [{ service: switch, port: 1, path: x }] } }",
  "modules: { switch: { health: [{ service: switch, kind: tcp, port: 1, path: / }] } }",
  "modules: { switch: { health: [{ service: switch, kind: exec, command: ls }] } }",
  "modules: { switch: { health: [{ service: switch, kind: exec, command: [''] }] } }",
  "modules: { switch: { health: [{ service: switch, kind: exec, command: [ls, 1] }] } }",
  "modules: { switch: { health: [{ service: switch, kind: log, line: '(' }] } }",
  "modules: { switch: { health: [{ service: switch, port: 1 }] } }",
  "modules: { switch: { health: [{ service: switch, url: 'http://a/', port: 1 }] } }",
  "modules: { switch: { health: [{ service: switch, url: 'https://a/' }] } }",
  "modules: { switch: { health: [{ service: switch, port: 1, path: /, method: TRACE }] } }",
  "modules: { switch: { health: [{ service: switch, port: 1, path: /, method: HEAD, body: a }] } }",
  "modules: { switch: { health: [{ service: switch, port: 1, path: /, status: 600 }] } }",
  "modules: { switch: { health: [{ service: switch, port: 1, path: /, status: [] }] } }",
  "modules: { switch: { health: [{ service: switch, port: 1, path: /, headers: { 'a b': c } }] } }",
  "modules: { switch: { health: [{ service: switch, port: 1, path: /, insecure: true }] } }",
  "modules: { switch: { health: [{ service: switch, kind: https, port: 1, path: /, ca: a, insecure: true }] } }",
  "modules: { switch: { health: [{ service: switch, kind: grpc, port: 1, insecure: true }] } }",
  "modules: { switch: { health: [{ service: switch, kind: grpc, port: 1, tls: true, ca: '' }] } }",
  "modules: { switch: { health: [['http://127.0.0.1:80', switch, more]] } }",
  "modules: { switch: { tests: [a/b] } }",
  "modules: { switch: { commands: [{ name: a }] } }",
  "modules: { switch: { commands: [{ name: a, run: [x], cwd: /x }] } }",
  "modules: { switch: { commands: [{ name: a, run: [x], timeout: 0 }] } }",
  "modules: { switch: { commands: [{ name: a, run: [x], image: -x }] } }",
  "modules: { switch: { commands: [{ name: a, run: [x], in: host, image: a }] } }",
  "modules: { switch: { commands: [{ name: a, run: [x], image: a, cwd: /x }] } }",
  "modules: { switch: { commands: [{ name: a, run: [x], env: { 1A: x } }] } }",
  "services: { a: {} }",
  "services: { a: { command: [] } }",
  "services: { a: { command: [x], port: 70000 } }",
  "services: { a: { command: [x], port: any } }",
  "services: { a: { command: [x], mem_limit: 64q } }",
  "services: { a: { command: [x], completes: true, restart: always } }",
];
for (const text of MISTAKES) {
  Deno.test(`the schema refuses ${text}, as the reader does`, () => {
    const value = parse(text, { schema: "core" });
    let reader: unknown = null;
    try {
      parseConfig(text, "c.yaml");
    } catch (error) {
      reader = error;
    }
    assertEquals([schemaRefusal(value) !== null, reader instanceof Failure], [true, true]);
  });
}

Deno.test("every key that the schema names says what it is, or is one of a few words", () => {
  const document = recordOf(JSON.parse(JSON.stringify(configSchema())));
  const { check, module } = recordOf(document["$defs"]);
  const tables = [document, module, ...(recordOf(check)["anyOf"] as unknown[]).slice(0, CHECK_KINDS.length)];
  for (const [key, value] of tables.flatMap((table) => Object.entries(recordOf(recordOf(table)["properties"])))) {
    const { deprecated, description, minimum } = recordOf(value);
    assert(description !== undefined || deprecated === true || minimum !== undefined, key);
  }
});
