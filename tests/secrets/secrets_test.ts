/** Which variables hold secrets, and which only sound like it. */

import { assertEquals } from "@std/assert";
import { isSecretName, secretsIn } from "../../lib/secrets/secrets.ts";

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
  ...[
    "JWT",
    "COOKIE",
    "SESSION_COOKIE",
    "SESSION_ID",
    "BEARER",
    "HTTP_AUTHORIZATION",
    "SSHPASS",
    "DB_PW",
    "LDAP_BIND_PW",
  ],
  ...[
    "SALT",
    "PEPPER",
    "OTP_SEED",
    "HMAC",
    "VAULT_UNSEAL",
    "STRIPE_SK",
    "WIFI_PSK",
    "OAUTH",
    "AWS_CREDS",
    "DB_PASSCODE",
  ],
  ...["SESSION", "SESSION_DATA", "sessionValue"],
  ...["AZURE_CONNECTION_STRING", "DB_CONN_STR", "SLACK_WEBHOOK", "WALLET_MNEMONIC", "SMTPPASS", "CSRF", "SIM_PIN"],
];
const NONE = [
  "PWD",
  "OLDPWD",
  "SESSION_MANAGER",
  "DESKTOP_SESSION",
  "XDG_SESSION_TYPE",
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
  ...["BYPASS", "COOKIE_DOMAIN", "COOKIE_SECURE", "JWT_ALGORITHM", "JWT_ISSUER", "XDG_SESSION_TYPE", "SKIP", "TASK"],
  ...["DBUS_SESSION_BUS_ADDRESS", "SIGNAL", "PINNED", "SALTED_DIR", "AUTHOR", "SPIN", "COMPASS"],
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

Deno.test("secretsIn() knows secrets by their form, whatever they are called", () => {
  const jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl";
  const token = `ghp_${"aB3".repeat(12)}`;
  const values: Record<string, [value: string, secret: string]> = {
    DATABASE: ["Server=db;User Id=app;Password=hunter2-long;Timeout=30", "hunter2-long"],
    STORAGE: ["AccountName=a;AccountKey=Zm9vYmFyYmF6+/==;EndpointSuffix=x", "Zm9vYmFyYmF6+/=="],
    FEED: ["https://x.example/feed?access_token=abcdef123456&page=2", "abcdef123456"],
    DSN_JSON: ['{"auths":{"ghcr.io":{"auth":"dXNlcjpodW50ZXIy"}}}', "dXNlcjpodW50ZXIy"],
    NOTIFY: ["https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXX", "T00000000/B00000000/XXXXXXXXXXXX"],
    HOOK: ["https://discord.com/api/webhooks/123456/abc-DEF_ghi", "123456/abc-DEF_ghi"],
    ARGS: [`--github ${token} --verbose`, token],
    HEADER: [`Bearer ${jwt}`, jwt],
    QUOTED: [`login password="correct horse battery"`, "correct horse battery"],
  };
  for (const [name, [value, secret]] of Object.entries(values)) {
    assertEquals(found([name, value]).includes(secret), true, `${name}: ${found([name, value])}`);
  }
  const harmless = ["https://x.example/feed?page=2&sort=name", "a=b;c=d", '{"author":"somebody","tokens":100000}'];
  assertEquals(found(...harmless.map((value, nr): [string, string] => [`V${nr}`, value])), []);
  assertEquals(found(["RANDOM_SEED", "12345678"], ["TOKEN_MAX_AGE", "86400000"]), []);
});
