import { assertEquals } from "@std/assert";
import { detailsOf } from "../../lib/engine/compose/details.ts";
import { goDurationMs } from "../../lib/engine/compose/go_duration.ts";

Deno.test("goDurationMs() reads what Compose prints, and is null for all else", () => {
  const times: [string, number | null][] = [
    ["0s", 0],
    ["0", 0],
    ["1.5s", 1500],
    ["500ms", 500],
    ["250µs", 0.25],
    ["250us", 0.25],
    ["1m30s", 90_000],
    ["1h0m0s", 3_600_000],
    ["", null],
    ["5", null],
    ["-5s", null],
    ["1e3s", null],
    ["5s ", null],
    ["s", null],
    [`${"9".repeat(400)}s`, null],
  ];
  for (const [text, ms] of times) assertEquals(goDurationMs(text), ms, text);
});

Deno.test("detailsOf() reads a health check with its times, and null where none is declared", () => {
  const check = (healthcheck: unknown) => detailsOf({ healthcheck }).healthCheck;
  assertEquals(
    check({
      test: ["CMD", "x"],
      interval: "1m30s",
      timeout: "2s",
      start_period: "0s",
      start_interval: "1s",
      retries: 2,
    }),
    { test: ["CMD", "x"], intervalMs: 90_000, timeoutMs: 2000, startPeriodMs: 0, startIntervalMs: 1000, retries: 2 },
  );
  const bare = { intervalMs: null, timeoutMs: null, startPeriodMs: null, startIntervalMs: null, retries: null };
  assertEquals(check({ test: ["CMD-SHELL", "x"], retries: 0, interval: 5 }), { test: ["CMD-SHELL", "x"], ...bare });
  for (
    const none of [undefined, null, [], {}, { test: [] }, { test: ["NONE"] }, { test: ["CMD", "x"], disable: true }]
  ) {
    assertEquals(check(none), null, JSON.stringify(none));
  }
});

Deno.test("detailsOf() reads the restart policy of either key; Docker's own default is none", () => {
  const restart = (value: Record<string, unknown>) => detailsOf(value).restart;
  const deploy = (condition: unknown) => ({ deploy: { restart_policy: { condition } } });
  assertEquals(restart({ restart: "unless-stopped" }), "unless-stopped");
  assertEquals(restart({ restart: "on-failure:3", ...deploy("any") }), "on-failure:3");
  assertEquals([restart(deploy("any")), restart(deploy("on-failure"))], ["always", "on-failure"]);
  for (const none of [{}, { restart: "no" }, { restart: "" }, deploy("none"), deploy(7), { deploy: null }]) {
    assertEquals(restart(none), null, JSON.stringify(none));
  }
});

Deno.test("detailsOf() reads conditions, the container's name, and where an image is built", () => {
  const found = detailsOf({
    depends_on: { db: { condition: "service_healthy", required: true }, odd: null },
    container_name: "one",
    build: { context: "/srv/app", dockerfile: "docker/Dockerfile" },
  });
  assertEquals(found.conditions, [{ service: "db", condition: "service_healthy" }]);
  assertEquals([found.containerName, found.build], ["one", { context: "/srv/app", dockerfile: "docker/Dockerfile" }]);
  const build = (value: unknown) => detailsOf({ build: value }).build;
  assertEquals(build({ context: "/srv" }), { context: "/srv", dockerfile: "Dockerfile" });
  assertEquals(build({ context: "/srv", dockerfile_inline: "FROM scratch" }), { context: "/srv", dockerfile: null });
  assertEquals([build({ context: "https://example.org/a.git" }), build(undefined), build("x")], [null, null, null]);
});
