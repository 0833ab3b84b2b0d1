import { assertEquals, assertStringIncludes } from "@std/assert";
import { RULES, THRESHOLDS } from "../../lib/model/settings.ts";
import { defaultSettings, parseConfig } from "../fakes/config.ts";
import { assertUsage, failureOf } from "../fakes/failure.ts";

const THRESHOLD_KEYS = Object.keys(THRESHOLDS).join(", ");
const RULE_KEYS = Object.keys(RULES).join(", ");

for (
  const text of ["", "\n", "# only a comment\n", "---\n", "{}", "thresholds:\nrules:\nmodules:\n", "\ufeff# BOM\r\n"]
) {
  Deno.test(`parseConfig() takes ${JSON.stringify(text)} for the defaults`, () => {
    assertEquals(parseConfig(text, "c.yaml"), defaultSettings());
  });
}

Deno.test("parseConfig() changes what the file names, and nothing else", () => {
  const text =
    "context: lab\nthresholds: {min_probes: 5, health_ok_pct: 99.5}\nrules:\n  flaky: off\nmetrics_source: stats\n";
  const defaults = defaultSettings();
  assertEquals(parseConfig(text, "c.yaml"), {
    ...defaults,
    thresholds: { ...defaults.thresholds, min_probes: 5, health_ok_pct: 99.5 },
    rules: { ...defaults.rules, flaky: "off" },
    metricsSource: "stats",
    context: "lab",
  });
});

Deno.test("parseConfig() leaves the tables of defaults as they are", () => {
  parseConfig("thresholds: {min_probes: 5}\nrules: {flaky: off}\nmodules: {x: {services: [x]}}", "c.yaml");
  assertEquals(defaultSettings().thresholds.min_probes, THRESHOLDS.min_probes.default);
  assertEquals(defaultSettings().modules.has("x"), false);
});

Deno.test("parseConfig() takes each threshold at both ends of its range, and refuses what is beyond", async () => {
  for (const [name, { min, max }] of Object.entries(THRESHOLDS)) {
    for (const value of [min, max]) {
      const { thresholds } = parseConfig(`thresholds: {${name}: ${value}}`, "c.yaml");
      assertEquals(Object.entries(thresholds).find(([key]) => key === name)?.[1], value);
    }
    for (const value of [min - 1, max + 1]) {
      const { data } = await failureOf(() => parseConfig(`thresholds: {${name}: ${value}}`, "c.yaml"));
      assertStringIncludes(data.what, `thresholds.${name} is ${value}, it must be a`);
    }
  }
});

const MISTAKES: [string, string, string, string][] = [
  [
    "an unknown top-level key",
    "threshold: {}",
    'Config "c.yaml": unknown key threshold',
    'Did you mean "thresholds"? Keys: engine, context, tests_per, thresholds, rules, metrics_source, extends, core, modes, modules, services',
  ],
  [
    "an unknown threshold",
    "thresholds:\n  min_probe: 5",
    'Config "c.yaml": unknown key thresholds.min_probe',
    `Did you mean "min_probes"? Keys: ${THRESHOLD_KEYS}`,
  ],
  [
    "an unknown rule",
    "rules: {nothing_like_it: off}",
    'Config "c.yaml": unknown key rules.nothing_like_it',
    `Keys: ${RULE_KEYS}`,
  ],
  ...["__proto__", "constructor", "toString", "hasOwnProperty"].map((key): [string, string, string, string] => [
    `${key} as a key`,
    `thresholds: {${key}: 5}`,
    `Config "c.yaml": unknown key thresholds.${key}`,
    `Keys: ${THRESHOLD_KEYS}`,
  ]),
  [
    "a key that a terminal would obey",
    'rules: {"a\\e[31m.b": off}',
    'Config "c.yaml": unknown key rules."a\\u001b[31m.b"',
    `Keys: ${RULE_KEYS}`,
  ],
  [
    "a merge key, which is not read as one",
    "rules: {<<: {flaky: off}}",
    'Config "c.yaml": unknown key rules."<<"',
    `Keys: ${RULE_KEYS}`,
  ],
  [
    "a file that is a list",
    "- thresholds",
    'Config "c.yaml" is a list, it must be a mapping',
    "Keys: engine, context, tests_per, thresholds, rules, metrics_source, extends, core, modes, modules, services",
  ],
  [
    "a file that is a word",
    "thresholds",
    'Config "c.yaml" is "thresholds", it must be a mapping',
    "Keys: engine, context, tests_per, thresholds, rules, metrics_source, extends, core, modes, modules, services",
  ],
  [
    "a section of the wrong type",
    "thresholds: 5",
    'Config "c.yaml": thresholds is 5, it must be a mapping',
    `Keys: ${THRESHOLD_KEYS}`,
  ],
  ...[
    ['"5"', '"5"'],
    ["ten", '"ten"'],
    ["", "empty"],
    ["[5]", "a list"],
    ["true", "true"],
    [".inf", "Infinity"],
    [
      ".nan",
      "NaN",
    ],
    ["2.5", "2.5"],
    ["0", "0"],
    ["-1", "-1"],
    ["100001", "100001"],
    ["2020-01-01", '"2020-01-01"'],
  ].map((
    [value, seen],
  ): [string, string, string, string] => [
    `a count of ${value || "nothing"}`,
    `thresholds:\n  min_probes: ${value}`,
    `Config "c.yaml": thresholds.min_probes is ${seen}, it must be a whole number from 1 to 100000`,
    "Correct it, or leave it out for the default, 20",
  ]),
  [
    "a share over 100",
    "thresholds: {health_ok_pct: 100.5}",
    'Config "c.yaml": thresholds.health_ok_pct is 100.5, it must be a number from 0 to 100',
    "Correct it, or leave it out for the default, 95",
  ],
  [
    "an unknown level",
    "rules: {flaky: wran}",
    'Config "c.yaml": rules.flaky is "wran", it must be one of off, warn, fail',
    'Did you mean "warn"?',
  ],
  [
    "false for off",
    "rules: {flaky: false}",
    'Config "c.yaml": rules.flaky is false, it must be one of off, warn, fail',
    "",
  ],
  [
    "an unknown source",
    "metrics_source: docker",
    'Config "c.yaml": metrics_source is "docker", it must be one of auto, cgroup, stats',
    "",
  ],
  [
    "bad YAML, with line and column",
    "thresholds:\n  a: 1\n b: 2",
    'Cannot read config "c.yaml": line 3, column 2: bad indentation of a mapping entry',
    "Correct the YAML there",
  ],
  [
    "a key given twice",
    "rules:\n  flaky: off\n  flaky: warn\n",
    'Cannot read config "c.yaml": line 3, column 3: duplicated key',
    "Correct the YAML there",
  ],
  [
    "a key that is given twice, far above its end",
    "rules:\n  flaky: >\n    warn\n  exited:\n    fail\n  flaky:\n    off\nx-other: 1\n",
    'Cannot read config "c.yaml": line 6, column 3: duplicated key',
    "Correct the YAML there",
  ],
  [
    "a key that is given twice within braces, behind other breaks of lines and a mark of the order of bytes",
    "\ufeff# a\r\n# b\rrules: {flaky: off,\n  flaky: warn}",
    'Cannot read config "c.yaml": line 4, column 14: duplicated key',
    "Correct the YAML there",
  ],
  [
    "a name in the YAML that has no end",
    `rules: *${"a".repeat(5000)}`,
    `Cannot read config "c.yaml": line 1, column 5009: unidentified alias "${"a".repeat(280)}`,
    "Correct the YAML there",
  ],
  [
    "a mapping as a key",
    "rules: {? {a: 1} : 1}",
    'Config "c.yaml": rules has a mapping as a key, it must be a text',
    "Correct the `?` or the brackets before the colon",
  ],
  [
    "a list with a mapping as a key",
    "? [a, {b: 1}]\n: 1",
    'Config "c.yaml" has a mapping as a key, it must be a text',
    "Correct the `?` or the brackets before the colon",
  ],
  [
    "a second document",
    "rules: {}\n---\nrules: {}\n",
    'Cannot read config "c.yaml": line 2, column 1: Found more than 1 document in the stream: expected a single document',
    "Correct the YAML there",
  ],
];
for (const [what, text, message, next] of MISTAKES) {
  Deno.test(`parseConfig() refuses ${what}`, () => assertUsage(() => parseConfig(text, "c.yaml"), message, next));
}

const HOSTILE: [string, string][] = [
  ["a tag that would run code", "rules: !!js/function 'x'"],
  ["an alias to nothing", "rules: *nope"],
  ["NUL", "\u0000"],
  ["a list that holds itself", "rules: &a [*a]"],
  ["a mapping that holds itself", "modules: &a {x: *a}"],
  ["a key that is a mapping", "? {a: b}\n: 1"],
];
for (const [what, text] of HOSTILE) {
  Deno.test(`parseConfig() answers ${what} with a usage failure`, async () => {
    const { data } = await failureOf(() => parseConfig(text, "c.yaml"));
    assertEquals(data.exit, "usage");
    assertStringIncludes(data.what, '"c.yaml"');
  });
}

Deno.test("parseConfig() says that a hundred thousand open brackets are too many", async () => {
  await assertUsage(
    () => parseConfig("[".repeat(100_000), "c.yaml"),
    'Cannot read config "c.yaml": it is nested too deeply',
    "Correct the YAML",
  );
});
