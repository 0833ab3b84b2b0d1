/** The manual's example of REPORT.json. */

/** With the first of its modules: of the second it shows nothing. */
export const MANUAL_REPORT = {
  timestamp: "2025-12-22T21:50:59.435007",
  mode: "low_power",
  cycles: 1,
  modules_tested: ["switch", "hermes"],
  summary: { total_modules: 2, passed: 2, failed: 0 },
  modules: {
    switch: {
      name: "switch",
      status: "PASS",
      metrics: {
        "vx11-switch": {
          stats: { status: "running", restart_count: 0, oom_killed: false },
          health_latency_ms: [45.5, 48.2, 46.1],
        },
      },
      test_results: { "test_switch_registry_enqueue.py": { return_code: 0, passed: true } },
      errors: [],
    },
  },
};

/** With what a test needs of the second one. */
export function manualReport(hermes: { status: string; errors: string[] }): typeof MANUAL_REPORT {
  const module = { name: "hermes", ...hermes, metrics: {}, test_results: {} };
  return { ...MANUAL_REPORT, modules: { ...MANUAL_REPORT.modules, hermes: module } } as typeof MANUAL_REPORT;
}
