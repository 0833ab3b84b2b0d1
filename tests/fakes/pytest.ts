/** What pytest, and the plugin that is loaded into it, leave behind. */

/** The XML of a test file. */
export function junitXml({ passed = 0, failed = 0 }): string {
  const attributes = `tests="${passed + failed}" failures="${failed}" errors="0" skipped="0"`;
  return `<testsuites><testsuite name="pytest" ${attributes}></testsuite></testsuites>`;
}

/** The record of a pytest that did not come to its end. */
export function witnessBegun(): string {
  return `${JSON.stringify({ kind: "begun", pid: 7 })}\n`;
}

/** The record of a pytest that ran all that it collected. */
export function witnessRecord(tests: number, status: number): string {
  const ended = { collected: tests, ran: tests, left: [], own: true, failed: 0, status };
  return `${witnessBegun()}${JSON.stringify({ ...ended, kind: "ended", pid: 7 })}\n`;
}
