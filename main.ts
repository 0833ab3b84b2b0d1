/** The program: it takes the real host and ends with the exit code. An error that reaches this file is a bug. */

import config from "./deno.json" with { type: "json" };
import { asksVersion, versionLine } from "./lib/cli/version.ts";

const tool = { name: config.name, version: config.version };
if (asksVersion(Deno.args)) {
  // deno-lint-ignore no-console -- it ignores a reader that has gone, and nothing is loaded for it
  console.log(versionLine(tool));
  Deno.exit();
}
// Loaded only here, since that takes as long as all of the above.
const [{ main }, { denoHost }, { EXIT_CODES }] = await Promise.all([
  import("./lib/cli/cli.ts"),
  import("./lib/host/deno.ts"),
  import("./lib/model/failure.ts"),
]);
const host = denoHost(config.version);
let code: number = EXIT_CODES.bug.code;
try {
  const [command, ...args] = host.args;
  if (command === "stand-in") {
    // Not in the help: `demo` starts this in place of VX11's services.
    const { standIn } = await import("./lib/standin/standin.ts");
    code = await standIn({ program: host.self, args });
  } else if (command === "__complete") {
    // Not in the help: the scripts of `completions` ask this.
    const { complete } = await import("./lib/cli/doing/complete.ts");
    await complete(host, args);
    code = EXIT_CODES.ok.code;
  } else code = await main(host, tool);
} catch (error) {
  const { bugText } = await import("./lib/cli/bug_text.ts");
  host.err.write(
    `${tool.name} ${tool.version}: a bug in this program; please report it with these lines:\n${
      bugText(host, error)
    }\n`,
  );
} finally {
  host.endChildren();
}
Deno.exit(code);
