import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { composeSampler } from "../../lib/engine/compose/figures/sampler.ts";
import type { Sampler } from "../../lib/engine/compose/figures/sampler.ts";
import type { SampleOutcome } from "../../lib/engine/engine.ts";
import type { ContainerState } from "../../lib/model/evidence.ts";
import type { FakeTools } from "../fakes/docker.ts";
import { fakeTools } from "../fakes/docker.ts";
import { look } from "../fakes/evidence.ts";
import { until } from "../fakes/wait.ts";

const ID = "673e00bdca4dd4bc7cd575f6b26eb902bf6ff304ba61b76c5bc4a4d19db6057d";
const STATE = look("switch", { id: ID, pid: 4242 });
/** Files of a v2 cgroup, at hand; where they are kept here stands in for /proc and /sys. */
const V2: Record<string, string> = {
  [`/sys/fs/cgroup/docker/${ID}/memory.current`]: "5242880",
  [`/sys/fs/cgroup/docker/${ID}/memory.stat`]: "inactive_file 1048576",
  [`/sys/fs/cgroup/docker/${ID}/memory.peak`]: "9437184",
  [`/sys/fs/cgroup/docker/${ID}/memory.events`]: "oom_kill 3",
  [`/sys/fs/cgroup/docker/${ID}/cpu.stat`]: "usage_usec 77",
};
const PROC = { "/proc/4242/cgroup": `0::/docker/${ID}` };
const STATS = `echo '{"ID":"${ID}","MemUsage":"2MiB / 8MiB","CPUPerc":"1.50%"}'`;

/** A machine whose /proc and /sys are files of this test's folder. */
async function machine(files: Record<string, string>, docker = "exec sleep 60"): Promise<FakeTools> {
  const tools = await fakeTools({ docker: `echo "$*" >>"$LOG"; ${docker}` });
  const { kernel } = tools.host;
  const host = {
    ...tools.host,
    kernel: { ...kernel, read: (path: string) => kernel.read(`${tools.dir}/root${path}`) },
  };
  await put(tools, files);
  return { ...tools, host };
}

async function put(tools: FakeTools, files: Record<string, string>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await Deno.mkdir(`${tools.dir}/root${path}`.replace(/\/[^/]*$/, ""), { recursive: true });
    await Deno.writeTextFile(`${tools.dir}/root${path}`, `${text}\n`);
  }
}

async function untilSample(sampler: Sampler, states: readonly ContainerState[]): Promise<SampleOutcome[]> {
  let outcomes: SampleOutcome[] = [];
  await until("a sample comes", async () => {
    outcomes = await sampler.sample(states);
    return outcomes.some((outcome) => "sample" in outcome);
  });
  return outcomes;
}

function sourceOf([outcome]: SampleOutcome[]): string | undefined {
  return outcome === undefined ? undefined : "sample" in outcome ? outcome.sample.source : outcome.missing;
}

Deno.test("composeSampler() reads a local container's cgroup, without docker", async () => {
  await using tools = await machine({ ...PROC, ...V2 });
  const sampler = composeSampler(tools.host, "auto");
  const [outcome] = await sampler.sample([STATE]);
  assert(outcome !== undefined && "sample" in outcome);
  const { memBytes, memPeakKernelBytes, cpuUsec, oomKills, source } = outcome.sample;
  assertEquals({ memBytes, memPeakKernelBytes, cpuUsec, oomKills, source }, {
    memBytes: 4194304,
    memPeakKernelBytes: 9437184,
    cpuUsec: 77,
    oomKills: 3,
    source: "cgroup v2",
  });
  assertEquals(await tools.log(), []);
  await sampler.close();
});

Deno.test("composeSampler() reads pressure if it is wanted, beside v1 too, and takes the rest as it comes", async () => {
  const dir = `/sys/fs/cgroup/unified/docker/${ID}`;
  await using tools = await machine({
    ...PROC,
    ...V2,
    "/proc/self/mounts": "cgroup2 /sys/fs/cgroup/unified cgroup2 rw,relatime 0 0",
    [`${dir}/cpu.pressure`]: "some avg10=0.00 avg60=0.00 avg300=0.00 total=41",
  });
  const sampler = composeSampler(tools.host, "auto");
  const waits = async (pressure: boolean) => {
    const [outcome] = await sampler.sample([STATE], { pressure });
    assert(outcome !== undefined && "sample" in outcome);
    return Object.entries(outcome.sample).filter(([key]) => /Some|Full/.test(key));
  };
  assertEquals(await waits(true), [["cpuSomeUsec", 41]]);
  assertEquals(await waits(false), []);
  await Deno.remove(`${tools.dir}/root${dir}`, { recursive: true });
  assertEquals(await waits(true), []);
  await sampler.close();
});

Deno.test("composeSampler() says what this program is short of, and finds the files again later", async () => {
  await using tools = await machine({ ...PROC, ...V2 });
  let short: string | null = null;
  const sampler = composeSampler({ ...tools.host, shortage: () => short }, "cgroup");
  const missing = async () =>
    (await sampler.sample([STATE])).flatMap((outcome) => "missing" in outcome ? outcome.missing : []);
  assertEquals(await missing(), []);
  short = "Too many open files (os error 24)";
  // More often than a container's files are looked for.
  for (let times = 0; times < 4; times++) {
    assertEquals(await missing(), [`this program itself ran out of a resource: ${short}`]);
  }
  short = null;
  assertEquals(await missing(), []);
  await sampler.close();
});

Deno.test("composeSampler() keeps asking a container's files after they were gone, as while it restarts", async () => {
  await using tools = await machine({ ...PROC, ...V2 });
  const sampler = composeSampler(tools.host, "auto");
  assertEquals(sourceOf(await sampler.sample([STATE])), "cgroup v2");
  await Deno.remove(`${tools.dir}/root/sys`, { recursive: true });
  for (let i = 0; i < 5; i++) {
    assertEquals(sourceOf(await sampler.sample([STATE])), "its cgroup's files could not be read");
  }
  await put(tools, V2);
  assertEquals(sourceOf(await sampler.sample([STATE])), "cgroup v2");
  assertEquals(await tools.log(), []);
  await sampler.close();
});

Deno.test("composeSampler() takes no figure of an engine that would count the whole machine", async () => {
  await using tools = await machine({ ...PROC, ...V2 }, `${STATS}; exec sleep 60`);
  for (const source of ["auto", "cgroup", "stats"] as const) {
    const sampler = composeSampler(tools.host, source, "it counts nothing");
    assertEquals(await sampler.sample([STATE]), [{ containerId: ID, missing: "it counts nothing" }]);
    await sampler.close();
  }
  assertEquals(await tools.log(), []);
});

const FALL_BACKS: [string, Record<string, string>, ContainerState][] = [
  ["names another process", { "/proc/4242/cgroup": "0::/user.slice" }, STATE],
  ["cannot be read", {}, STATE],
  ["leads to files that are not there", PROC, STATE],
  ["cannot be looked for, since nothing runs", {}, { ...STATE, pid: null, status: "restarting" }],
];
for (const [what, files, state] of FALL_BACKS) {
  Deno.test(`composeSampler() takes docker stats where the cgroup ${what}`, async () => {
    await using tools = await machine(files, `${STATS}; exec sleep 60`);
    const sampler = composeSampler(tools.host, "auto");
    const outcomes = await untilSample(sampler, [state]);
    assertEquals(outcomes, [{
      containerId: ID,
      sample: {
        containerId: ID,
        source: "docker stats",
        memBytes: 2 * 2 ** 20,
        memPeakKernelBytes: null,
        memCacheBytes: null,
        cpuUsec: null,
        cpuPct: 1.5,
        oomKills: null,
      },
    }]);
    await sampler.close();
  });
}

Deno.test("composeSampler() says why there is no figure where only the cgroup is asked for", async () => {
  await using tools = await machine({ "/proc/4242/cgroup": "0::/user.slice" });
  const sampler = composeSampler(tools.host, "cgroup");
  assertEquals(sourceOf(await sampler.sample([STATE])), "its cgroup cannot be reached from this host");
  assertEquals(
    sourceOf(await sampler.sample([{ ...STATE, pid: null }])),
    "it had no process when it was first looked at",
  );
  assertEquals((await tools.log()).some((line) => line.startsWith("stats")), false);
  await sampler.close();
});

Deno.test("composeSampler() says of one that has ended that there is no figure, until docker stats has one", async () => {
  await using tools = await machine({}, `while ! test -e "$DIR/again"; do sleep 0.01; done; ${STATS}; exec sleep 60`);
  const sampler = composeSampler(tools.host, "auto");
  const ended: ContainerState = { ...STATE, pid: null, status: "exited" };
  const missing = "it had no process when it was first looked at: it was exited";
  assertEquals(await sampler.sample([ended]), [{ containerId: ID, missing }]);
  await Deno.writeTextFile(`${tools.dir}/again`, "");
  assertEquals(sourceOf(await untilSample(sampler, [ended])), "docker stats");
  await sampler.close();
});

Deno.test("composeSampler() of docker stats hands out a reading once, and opens one stream for all", async () => {
  await using tools = await machine({}, `${STATS}; exec sleep 60`);
  const sampler = composeSampler(tools.host, "stats");
  assertEquals(sourceOf(await untilSample(sampler, [STATE])), "docker stats");
  assertEquals(await sampler.sample([STATE]), []);
  assertEquals(await sampler.sample([]), []);
  assertEquals(await tools.log(), ["stats --no-trunc --format {{json .}}"]);
  await sampler.close();
});

Deno.test("composeSampler() opens docker stats again where it ended, and says so until figures come", async () => {
  await using tools = await machine(
    {},
    `if test $(wc -l <"$LOG") = 1; then echo gone >&2; exit 1; fi; ${STATS}; exec sleep 60`,
  );
  const sampler = composeSampler(tools.host, "stats");
  const said: (string | undefined)[] = [];
  await until("figures come", async () => {
    said.push(sourceOf(await sampler.sample([STATE])));
    return said.at(-1) === "docker stats";
  });
  assert(said.includes("docker stats ended: gone"), String(said));
  assertEquals(await sampler.sample([STATE]), [], "it is said no longer");
  await sampler.close();
});

Deno.test("composeSampler() says it where docker stats cannot be run or read", async () => {
  await using none = await fakeTools({});
  const cannot = composeSampler(none.host, "stats");
  assertStringIncludes(sourceOf(await cannot.sample([STATE])) ?? "", "docker: ");
  await cannot.close();
  await using tools = await machine({}, "echo oh dear; exec sleep 60");
  const garbled = composeSampler(tools.host, "stats");
  await until("it is said", async () => sourceOf(await garbled.sample([STATE])) !== undefined);
  assertEquals(sourceOf(await garbled.sample([STATE])), `docker stats printed no JSON but "oh dear"`);
  await garbled.close();
});

Deno.test("composeSampler() ends docker stats when it is closed", async () => {
  await using tools = await machine({}, `echo "pid $$" >>"$LOG"; exec sleep 60`);
  const sampler = composeSampler(tools.host, "stats");
  await sampler.sample([STATE]);
  await until("docker runs", async () => (await tools.log()).length === 2);
  await sampler.close();
  assertEquals(tools.host.processAlive(Number((await tools.log())[1]?.slice(4))), false);
});
