/** Which variables hold secrets, and which only sound like it. */

import { assertEquals } from "@std/assert";
import { isSecretName, secretsIn } from "../../lib/engine/secrets.ts";

const SECRET = [
  "API_KEY",
  "apiKey",
  "APIKEY",
  "DB_PASSWORD",
  "POSTGRES_PASS",
  "MYSQL_PWD",
  "GITHUB_TOKEN",
  "GH_PAT",
  "AWS_SECRET_ACCESS_KEY",
  "SENTRY_DSN",
  "GOOGLE_CREDENTIALS",
  "splunk-token",
  "BASIC_AUTH",
  "ssh.passphrase",
  "DEEPSEEK_API_KEY",
];
const NONE = [
  "PWD",
  "OLDPWD",
  "PATH",
  "PYTHONPATH",
  "SSH_AUTH_SOCK",
  "XAUTHORITY",
  "GIT_AUTHOR_NAME",
  "KEYBOARD",
  "PASSENGER_COUNT",
  "POSTGRES_PASSWORD_FILE",
  "AUTH_HOST",
  "AUTH_USER",
  "SECRET_NAME",
  "POSTGRES_HOST_AUTH_METHOD",
  "TOKENIZERS_PARALLELISM",
  "COMPASS_DIRECTION",
  "VX11_MODE",
];

Deno.test("isSecretName() knows names of secrets, and not what only sounds like one", () => {
  assertEquals(SECRET.filter((name) => !isSecretName(name)), []);
  assertEquals(NONE.filter((name) => isSecretName(name)), []);
});

/** name=value → the values that are secrets. */
function found(...variables: [string, string][]): string[] {
  return secretsIn(variables, new Set(["switch", "hermes-api"])).flatMap(({ values }) => values);
}

Deno.test("secretsIn() takes values of secret names from six characters on", () => {
  assertEquals(found(["API_KEY", "abcde"], ["DB_PASSWORD", "123456"], ["A_TOKEN", ""], ["LOG_LEVEL", "verbose"]), [
    "123456",
  ]);
});

Deno.test("secretsIn() takes no limit, no mere place, and no word that reports are made of", () => {
  assertEquals(
    found(
      ["MAX_TOKENS", "100000"],
      ["TOKEN_TTL", "3600.00"],
      ["AUTH_URL", "http://auth:8080/"],
      ["AUTH_SERVICE", "switch"],
      ["KEY_OWNER", "hermes-api"],
      ["HOOK_KEY", "https://hooks.example/T1/abc"],
    ),
    ["https://hooks.example/T1/abc"],
  );
});

Deno.test("secretsIn() takes credentials out of URLs, whatever the name: as they stand, and without escapes", () => {
  assertEquals(found(["DATABASE_URL", "postgres://app:p%40ss-word@db:5432/x?a=b"]), [
    "app:p%40ss-word",
    "app:p@ss-word",
    "p%40ss-word",
    "p@ss-word",
  ]);
  assertEquals(found(["ORIGIN", "see https://ghp_abcdef@github.com/x and http://a:b@c, http://host/a@b"]), [
    "ghp_abcdef",
  ]);
  assertEquals(found(["ODD_URL", "amqp://u:%zz%longer@mq"]), ["u:%zz%longer", "%zz%longer"]);
});

Deno.test("secretsIn() takes each line of a key, but not what every key begins with; and each value once", () => {
  const key = "-----BEGIN KEY-----\nMIIEvQIBADANBg\r\nshort\nkqhkiG9w0BAQEF\n-----END KEY-----\n";
  assertEquals(secretsIn([["TLS_KEY", key], ["TLS_KEY_COPY", key], ["X_TOKEN", "kqhkiG9w0BAQEF"]]), [
    { name: "TLS_KEY", values: [key.trim(), "MIIEvQIBADANBg", "kqhkiG9w0BAQEF"] },
  ]);
});
