/** pytest's own cases, from the XML that `--junit-xml` of pytest 3 and later writes. Pure, and tolerant. */

export interface PytestCase {
  classname: string;
  name: string;
  /** null where pytest does not say. */
  ms: number | null;
  outcome: "passed" | "failure" | "error" | "skipped";
  /** What went wrong in a line or some, and the traceback; empty where there is none. */
  message: string;
  text: string;
  /** Of a skipped one: `pytest.skip` or `pytest.xfail`; empty where pytest does not say. */
  type: string;
}

// No value has a `<`: pytest escapes it, and a text that is no XML is given up at the next one.
const TAG = /<(\/?)([\w-]+)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>/g;
const WRONG = ["failure", "error", "skipped"] as const;

/** After so many tags, whoever reads may let others go first. */
const TAGS_A_TURN = 1000;

/** The cases one by one, each when it is known whole, in time that grows with the text; null where others may go first. */
export function* scanPytestXml(xml: string): Generator<PytestCase | null> {
  let current: PytestCase | null = null;
  let tags = 0;
  for (const { 0: tag, 1: slash, 2: name, 3: attributes = "", 4: closed, index } of xml.matchAll(TAG)) {
    if (++tags % TAGS_A_TURN === 0) yield null;
    if (name === "testcase") {
      if (current !== null) yield current;
      current = slash === "" ? newCase(attributes) : null;
      if (current === null || closed === "") continue;
      yield current;
      current = null;
      continue;
    }
    const wrong = WRONG.find((kind) => kind === name);
    if (current === null || slash !== "" || wrong === undefined || current.outcome !== "passed") continue;
    current.outcome = wrong;
    current.message = attribute(attributes, "message") ?? "";
    current.type = attribute(attributes, "type") ?? "";
    if (closed === "") current.text = unescapeXml(textFrom(xml, index + tag.length));
  }
  if (current !== null) yield current;
}

function newCase(attributes: string): PytestCase {
  const ms = Number.parseFloat(attribute(attributes, "time") ?? "") * 1000;
  return {
    classname: attribute(attributes, "classname") ?? "",
    name: attribute(attributes, "name") ?? "",
    ms: Number.isFinite(ms) && ms >= 0 ? ms : null,
    outcome: "passed",
    message: "",
    text: "",
    type: "",
  };
}

function textFrom(xml: string, start: number): string {
  const end = xml.indexOf("<", start);
  return xml.slice(start, end < 0 ? xml.length : end);
}

function attribute(attributes: string, name: string): string | null {
  const value = new RegExp(`\\s${name}="([^"]*)"`).exec(attributes)?.[1];
  return value === undefined ? null : unescapeXml(value);
}

const NAMED: ReadonlyMap<string, string> = new Map([
  ["lt", "<"],
  ["gt", ">"],
  ["amp", "&"],
  ["quot", '"'],
  ["apos", "'"],
]);

/** What an XML text or attribute says; a reference to what is no character stays as it is. */
export function unescapeXml(text: string): string {
  return text.replaceAll(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(\w{1,8}));/gi, (whole, hex, decimal, name) => {
    if (name !== undefined) return NAMED.get(name) ?? whole;
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
