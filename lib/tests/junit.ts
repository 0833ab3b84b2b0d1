/** A test's report in JUnit's XML: walked through case by case, and kept beside the test's output. */

import { join } from "@std/path";
import { type JunitCase, type JunitEnd, scanJunit } from "../figures/junit_xml.ts";
import type { Host } from "../host/host.ts";
import { OUTPUT_LIMIT_BYTES } from "./child.ts";
import type { TestPlace } from "./runner.ts";

/** What walkJunit waits for, so that others go first. */
export function turnsOf({ clock }: Pick<Host, "clock">): () => Promise<void> {
  return () => clock.sleep(0);
}

/** `giveWay` is waited for now and then: 16,000 tests take longer than a probe may wait. */
export async function walkJunit(
  xml: string,
  giveWay: () => Promise<void>,
  take: (each: JunitCase) => void,
): Promise<JunitEnd> {
  const cases = scanJunit(xml);
  let next = cases.next();
  for (; next.done !== true; next = cases.next()) {
    if (next.value === null) await giveWay();
    else take(next.value);
  }
  return next.value;
}

/** The text of an XML, and whether there is more of it. */
export interface XmlText {
  text: string;
  cut: boolean;
}

/** As it was written: a secret in it may be called as an attribute is. */
export async function readXml({ files }: Pick<Host, "files">, path: string): Promise<XmlText> {
  return await files.readStart(path, OUTPUT_LIMIT_BYTES);
}

/** Where the XML of a test with that output is kept: reports look there. */
export function xmlPath(output: string): string {
  return output.replace(/\.txt$/, ".xml");
}

/** Keeps it, without its secrets. `whose`: as its output says it if it is too large. */
export async function keepXml(
  host: Host,
  { cut, text }: XmlText,
  { auditDir, evidence, output }: Pick<TestPlace, "auditDir" | "evidence" | "output">,
  whose: string,
): Promise<void> {
  // Half an XML is none; counts stand at its beginning.
  if (cut) await noteCutXml(host, join(auditDir, output), whose);
  else await evidence.writeText(join(auditDir, xmlPath(output)), text);
}

async function noteCutXml(host: Host, path: string, whose: string): Promise<void> {
  const file = await host.files.openAppend(path);
  await file.append(`\n[${whose} XML is not kept: it has more than ${OUTPUT_LIMIT_BYTES} bytes]\n`);
  await file.close();
}
