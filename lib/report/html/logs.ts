/** The last log lines of modules that failed, and where the rest is. */

import { count } from "../../text/units.ts";
import type { ReportCycle, ReportModule } from "../value/report.ts";
import { fileLink, type Markup, markup, NOTHING, preformatted, when } from "./escape.ts";

const MOST_LINES = 30;
/** If a module fails in many cycles, logs of only the first ones are shown. */
const MOST_CYCLES = 3;

/** Shows a file below the audit dir: as a link, or as plain text if its path leads elsewhere. */
export type FileRef = (path: string) => Markup;

/** `up`: the path of a link from the page's folder to the audit dir, such as `../`. */
export function fileRefs(up: string): FileRef {
  return (path) => {
    const link = fileLink(path);
    return link === null ? markup`<code>${path}</code>` : markup`<a href="${up}${link}"><code>${path}</code></a>`;
  };
}

export function failureLogs({ cycle_results, status }: ReportModule, fileRef: FileRef): Markup {
  if (status !== "FAIL") return NOTHING;
  const failed = cycle_results.filter((cycle) => cycle.status === "FAIL");
  const several = cycle_results.length > 1;
  const parts = failed.slice(0, MOST_CYCLES).map((cycle) =>
    cycleLogs(cycle, several ? ` in cycle ${cycle.cycle}` : "", fileRef)
  );
  const others = failed.slice(MOST_CYCLES).map(({ cycle }) => cycle);
  return markup`${parts}${
    when(others.length > 0, () =>
      markup`
<p class="quiet">It failed in ${count(others.length, "more cycle")}: ${others.slice(0, 50).join(", ")}${
        others.length > 50 ? " …" : ""
      }; their logs are in the audit dir.</p>`)
  }`;
}

function cycleLogs({ metrics, start_failures }: ReportCycle, where: string, fileRef: FileRef): Markup {
  const engine = start_failures.map(({ next, output, service, why }) =>
    markup`
<p class="note">${service ?? "The engine"}${where} could not be started: ${why}${next === "" ? "" : `. ${next}`}${
      when(output !== null, () => markup`. Its output: ${fileRef(output ?? "")}`)
    }</p>`
  );
  const logs = Object.entries(metrics).map(([name, { log }]) => {
    if (log === null) return NOTHING;
    const tail = log.tail.slice(-MOST_LINES);
    if (tail.length === 0) {
      return markup`
<p class="quiet">The log of ${name}${where} is empty: ${fileRef(log.path)}</p>`;
    }
    return markup`
<h4>Last lines of ${name}${where}</h4><pre class="log" role="region" tabindex="0" aria-label="Last log lines of ${name}">${
      preformatted(tail)
    }</pre><p class="files">The rest: ${fileRef(log.path)}</p>`;
  });
  return markup`${engine}${logs}`;
}
