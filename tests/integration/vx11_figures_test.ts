/** What we do ourselves is not the service's: our requests in its log, and what answering them costs it. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { command, integrationTest } from "./environment.ts";
import { moduleOf, Vx11 } from "../vx11/vx11.ts";

integrationTest(
  "VX11: log tails hold the service's words, not our requests; the CPU figure is not that of probing",
  async () => {
    await using vx11 = await Vx11.create({
      overlay: `services: { switch: { environment: { PAGE_CPU_MS: "15" }, healthcheck: { interval: 30s } } }`,
      files: {
        "tests/test_switch_slow.py": `import time


def test_page(page):
    time.sleep(5)
    page("switch", "/status")
    assert False, "so that the log's end is shown"
`,
      },
    });
    const outcome = await vx11.run("--modules", "switch");
    const { status, metrics } = moduleOf(outcome, "switch");
    assertEquals(status, "FAIL");
    for (const text of [JSON.stringify(outcome.report), outcome.markdown]) {
      // From within the container its own check asks, be it Docker that runs it or the program, once, in Docker's place.
      const ours = text.match(/[^\n]{0,60}"GET \/health HTTP[^\n]{0,12}/g)?.filter((line) =>
        !line.includes("127.0.0.1")
      );
      assertEquals(ours ?? [], [], "requests of ours");
    }
    for (const words of ["switch is starting", "switch is ready on port 8002", `"GET /status HTTP`]) {
      assertStringIncludes(outcome.markdown, words);
    }

    // 15 ms for each page: 15 % of CPU and more while it is asked ten times a second, nearly nothing when left alone.
    const stats: Record<string, unknown> = metrics[`${vx11.project}-switch`]?.stats ?? {};
    const cpu = stats.cpu_mean_pct;
    assert(typeof cpu === "number", JSON.stringify(stats));
    const share = Object.keys(stats).find((key) => /prob/.test(key) && typeof stats[key] === "number");
    assert(cpu < 5 || share !== undefined, `cpu_mean_pct is ${cpu}, and no key tells the share of probing`);
  },
);

integrationTest("VX11: figures of a service tested in place are not mixed with those of a cold start", async () => {
  await using vx11 = await Vx11.create({ overlay: `services: { switch: { environment: { READY_AFTER_S: "2" } } }` });
  for (const before of [false, true]) {
    if (before) {
      const { code, stderr } = await command("docker", ["compose", "up", "--detach", "switch"], vx11.dir);
      assertEquals(code, 0, stderr);
    }
    const outcome = await vx11.run("--modules", "switch");
    assertEquals(outcome.code, 0, outcome.stderr);
  }
  const { code, stdout, stderr } = await vx11.run("history");
  assertEquals(code, 0, stderr);
  assertMatch(stdout, /in place/);
});
