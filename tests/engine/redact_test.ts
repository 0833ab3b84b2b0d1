import { assertEquals, assertThrows } from "@std/assert";
import { EngineError } from "../../lib/engine/engine.ts";
import { redactInspect } from "../../lib/engine/redact.ts";

function redacted(value: unknown): unknown {
  return JSON.parse(redactInspect(JSON.stringify(value)));
}

Deno.test("redactInspect() blanks environment values of secret-looking names, and no others", () => {
  const Env = [
    "API_TOKEN=abc=def",
    "db_password=x",
    "AWS_SECRET_ACCESS_KEY=k",
    "SENTRY_DSN=s",
    "PATH=/bin",
    "BARE_TOKEN",
  ];
  assertEquals(redacted([{ Config: { Env } }]), [{
    Config: {
      Env: [
        "API_TOKEN=[secret API_TOKEN]",
        "db_password=[secret db_password]",
        "AWS_SECRET_ACCESS_KEY=[secret AWS_SECRET_ACCESS_KEY]",
        "SENTRY_DSN=[secret SENTRY_DSN]",
        "PATH=/bin",
        "BARE_TOKEN",
      ],
    },
  }]);
});

Deno.test("redactInspect() blanks credentials in URLs wherever they stand", () => {
  const Cmd = ["--db=postgres://user:pa:ss@db/x", "https://ghp_abc@github.com/x.git", "http://host:80/a@b", "a@b"];
  assertEquals(redacted({ Env: ["URL=redis://:pw@redis:6379"], Cmd }), {
    Env: ["URL=redis://***@redis:6379"],
    Cmd: ["--db=postgres://***@db/x", "https://***@github.com/x.git", "http://host:80/a@b", "a@b"],
  });
});

Deno.test("redactInspect() blanks labels and log options of secret-looking names, and keeps everything else", () => {
  const kept = { Id: "x", State: { Running: true, Pid: 7, Error: "" }, Mounts: [], Labels: null };
  const value = { ...kept, LogConfig: { "splunk-token": "t", "splunk-url": "u" }, More: { "x.auth": "a", secret: "" } };
  assertEquals(redacted(value), {
    ...kept,
    LogConfig: { "splunk-token": "[secret splunk-token]", "splunk-url": "u" },
    More: { "x.auth": "[secret x.auth]", secret: "" },
  });
});

Deno.test("redactInspect() refuses what is no JSON without a word of it, and what is nested too deeply", () => {
  const error = assertThrows(() => redactInspect('[{"Env":["API_TOKEN=abc"],}]'), EngineError);
  assertEquals((error as Error).message, "docker inspect printed no JSON");
  const deep = "[".repeat(100_000) + "]".repeat(100_000);
  assertThrows(() => redactInspect(deep), EngineError, "docker inspect printed JSON that is nested too deeply");
});

Deno.test("redactInspect() leaves what is no text in an environment", () => {
  assertEquals(redacted({ Env: [{ toString: 1 }, 5, "A_KEY=x"] }), {
    Env: [{ toString: 1 }, 5, "A_KEY=[secret A_KEY]"],
  });
});

/** One detector: what the journal and the logs blank, this blanks, and nothing else. */
Deno.test("redactInspect() knows the secrets that the redactor knows", () => {
  const blanked = (name: string, value = "Xq7-b81Zr0pt") => redacted({ Env: [`${name}=${value}`] });
  for (const name of ["DB_PASS", "SSH_PASSPHRASE", "GITHUB_PAT", "SESSION_COOKIE", "STRIPE_SK"]) {
    assertEquals(blanked(name), { Env: [`${name}=[secret ${name}]`] });
  }
  for (const name of ["PWD", "AUTHOR", "KEYBOARD", "AUTH_HOST", "PASSENGER_COUNT"]) {
    assertEquals(blanked(name), { Env: [`${name}=Xq7-b81Zr0pt`] });
  }
  const label = { "traefik.http.middlewares.dash.basicauth.users": "admin:$apr1$Xq7b81$Zr0pt" };
  assertEquals(redacted({ Labels: label }), {
    Labels: {
      "traefik.http.middlewares.dash.basicauth.users": "[secret traefik.http.middlewares.dash.basicauth.users]",
    },
  });
  for (const name of ["ADMINPWD", "REDISAUTH", "SENTRYDSN", "SSHKEYS"]) {
    assertEquals(blanked(name), { Env: [`${name}=[secret ${name}]`] });
  }
  assertEquals(blanked("AUTH_HEADER", "Bearer Xq7-b81Zr0pt"), { Env: ["AUTH_HEADER=Bearer [secret AUTH_HEADER]"] });
  assertEquals(blanked("NOTE", "basic authentication"), { Env: ["NOTE=basic authentication"] });
  assertEquals(blanked("MAX_TOKENS", "4096"), { Env: ["MAX_TOKENS=4096"] });
  const jwt = `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.${"c2lnbmF0dXJl"}`;
  assertEquals(redacted({ Cmd: ["--x"], Labels: { note: `use ${jwt} here` } }), {
    Cmd: ["--x"],
    Labels: { note: "use [secret note] here" },
  });
});
