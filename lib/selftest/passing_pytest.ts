/** Replaces pytest in trials that are not about tests: Python would take most of their time. */

import { RECORD } from "../tests/pytest/witness_plugin.ts";

const XML = '<testsuite name="pytest" tests="1" failures="0" errors="0" skipped="0"/>';

const WITNESSED = [
  { kind: "begun", pid: 1 },
  { kind: "ended", pid: 1, collected: 1, ran: 1, left: [], own: true, failed: 0, status: 0 },
].map((line) => `'${JSON.stringify(line)}'`).join(" ");

/** Leaves the same files as pytest after one test that passed. */
export const PASSING_PYTEST: readonly string[] = [
  "sh",
  "-c",
  `xml="\${1#*=}"; echo '${XML}' >"$xml" && printf '%s\\n' ${WITNESSED} >"\${xml%/*}/${RECORD}" && echo 1 passed`,
  "sh",
];
