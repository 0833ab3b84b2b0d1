/** A full disk and a bug are told apart, also where what is written is made meanwhile. */

import { assertRejects } from "@std/assert";
import { Failure } from "../../lib/model/failure.ts";
import { writeEvidence } from "../../lib/audit/audit_dir.ts";
import { fakeHost } from "../fakes/host.ts";
import { textOf } from "../fakes/texts.ts";

function* broken(): Generator<string> {
  yield "the first piece";
  throw new TypeError("Cannot read properties of undefined");
}

function on(write: (text: string) => Promise<void>) {
  const host = fakeHost();
  const files = {
    ...host.files,
    writeAtomic: async (_: string, data: Parameters<typeof textOf>[0]) => await write(textOf(data)),
  };
  return { auditDir: "/audit", host: { ...host, files } };
}

Deno.test("writeEvidence() lets through what is thrown by that which makes the text", async () => {
  const context = on(() => Promise.resolve());
  await assertRejects(() => writeEvidence(context, "REPORT.html", broken()), TypeError, "properties of undefined");
});

Deno.test("writeEvidence() of pieces that cannot be written is a Failure, as of a text", async () => {
  const context = on(() => Promise.reject(new Error("No space left on device")));
  for (const data of ["text", ["a", "b"]]) {
    await assertRejects(() => writeEvidence(context, "REPORT.html", data), Failure, "No space left on device");
  }
});
