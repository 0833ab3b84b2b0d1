/**
 * The cases and counts of JUnit's XML, as pytest 3 and later (`--junit-xml`) and other runners write it. Pure, and tolerant:
 * what is missing is null, and a text that is cut, or is no XML from some point on, gives what was whole before that point.
 */

import type { TestCounts } from "../model/evidence.ts";
import { SaxesParser } from "../std/saxes.ts";

export interface JunitCase {
  classname: string;
  name: string;
  /** null if the text does not say. */
  ms: number | null;
  outcome: "passed" | (typeof WRONG)[number];
  /** The failure in one or some lines, and the traceback; empty if there was none. */
  message: string;
  text: string;
  /** How pytest skipped it, `pytest.skip` or `pytest.xfail`; empty if the text does not say. */
  type: string;
}

const WRONG = ["failure", "error", "skipped"] as const;

/** After this many characters the reader lets other work go first. */
const TURN = 20 * 1024;

/** What is known of a text after its cases. */
export interface JunitEnd {
  /** null if the text has none, or is cut where its cases cannot be known from what stands before. */
  counts: TestCounts | null;
  /** Whether all of the text is XML, and none of it is missing. */
  isWhole: boolean;
  /** Name of the element around all, without a prefix; null if the text has none. */
  root: string | null;
}

/** Yields as `scanJunit` does, and returns the counts alone. */
export function* scanJunitXml(xml: string): Generator<JunitCase | null, TestCounts | null> {
  return (yield* scanJunit(xml)).counts;
}

/** The cases one by one, each when it is known whole, in time that grows with the text; null if others may go first. */
export function* scanJunit(xml: string): Generator<JunitCase | null, JunitEnd> {
  const reader = new Reader();
  for (let start = 0; start < xml.length && !reader.isBroken;) {
    if (start > 0) yield null;
    const end = turnEnd(xml, start);
    reader.read(xml.slice(start, end));
    yield* reader.taken();
    start = end;
  }
  reader.end();
  yield* reader.taken();
  return { counts: reader.counts(), isWhole: !reader.isBroken, root: reader.root };
}

/** The end of a piece, behind a `>` or white space: nothing that `mended` looks for is cut in two. */
function turnEnd(xml: string, start: number): number {
  const stop = /[>\s]/g;
  stop.lastIndex = start + TURN;
  return stop.test(xml) ? stop.lastIndex : xml.length;
}

type Attributes = Readonly<Record<string, string>>;

class Reader {
  readonly #parser = new LenientParser();
  readonly #document = newSuite({});
  /** The document, and the suites that are open in it. */
  readonly #open: Suite[] = [this.#document];
  #cases: JunitCase[] = [];
  #case: JunitCase | null = null;
  /** The element whose text is the case's. */
  #told: unknown = null;
  #isInCdata = false;
  #isCounted = false;
  /** As in JunitEnd. */
  root: string | null = null;

  constructor() {
    this.#parser.on("opentag", (tag) => this.#unlessStopped(() => this.#opened(tag, tag.attributes)));
    this.#parser.on("closetag", (tag) => this.#unlessStopped(() => this.#closed(tag)));
    this.#parser.on("text", (text) => this.#unlessStopped(() => this.#said(text)));
    this.#parser.on("cdata", (text) => this.#unlessStopped(() => this.#said(text)));
  }

  #unlessStopped(take: () => void): void {
    if (!this.#parser.isStopped) take();
  }

  /** Whether the text stops being XML at some point; what follows is not read. */
  get isBroken(): boolean {
    return this.#parser.isBroken;
  }

  read(piece: string): void {
    const { isInCdata, text } = mended(piece, this.#isInCdata);
    this.#isInCdata = isInCdata;
    this.#parser.feed(text);
  }

  /** A case that was cut counts if it is known that it did not pass. */
  end(): void {
    if (!this.isBroken) this.#parser.feed(null);
    if (this.#case?.outcome === "passed") this.#case = null;
    this.#caseEnds();
  }

  taken(): JunitCase[] {
    const cases = this.#cases;
    this.#cases = [];
    return cases;
  }

  counts(): TestCounts | null {
    const tally = this.isBroken ? this.#cutTally() : this.#isCounted ? this.#document.seen : null;
    if (tally === null) return null;
    const { errors, failures, skipped, tests } = tally;
    return { passed: Math.max(0, tests - failures - errors - skipped), failed: failures, errors, skipped };
  }

  /** While a suite is open, its counts are known only if it states all of them, and only if nothing was before it. */
  #cutTally(): Tally | null {
    const at = this.#open.findIndex(({ seen, stated }) => isWhole(stated) || COUNTED.some((name) => seen[name] > 0));
    const stated = this.#open[at]?.stated;
    if (stated === undefined || !isWhole(stated)) return null;
    return tallyOfSuite({
      stated,
      seen: this.#open.slice(at).map(({ seen }) => seen).reduce(sum),
      isAround: at < this.#open.length - 1,
    });
  }

  #opened(tag: { name: string }, attributes: Attributes): void {
    const kind = localName(tag);
    this.root ??= kind;
    if (kind === "testsuite" || kind === "testsuites") this.#open.push(newSuite(attributes));
    if (kind === "testcase") {
      this.#caseEnds();
      this.#case = newCase(attributes);
    }
    const wrong = WRONG.find((each) => each === kind);
    if (this.#case === null || wrong === undefined || !isWorse(wrong, this.#case)) return;
    const { message = "", type = "" } = attributes;
    this.#case = { ...this.#case, outcome: wrong, message, type, text: "" };
    this.#told = tag;
  }

  #closed(tag: { name: string }): void {
    const kind = localName(tag);
    if (tag === this.#told) this.#told = null;
    if (kind === "testcase") this.#caseEnds();
    if (kind !== "testsuite" && kind !== "testsuites") return;
    // The parser takes no end without a beginning, and the document is around all.
    const suite = this.#open.pop() as Suite;
    const around = this.#open.at(-1) as Suite;
    if (suite.stated.tests !== null) this.#isCounted = true;
    around.seen = sum(around.seen, tallyOfSuite(suite));
    around.isAround = true;
  }

  #said(text: string): void {
    if (this.#case !== null && this.#told !== null) this.#case.text += text;
  }

  #caseEnds(): void {
    const ended = this.#case;
    const suite = this.#open.at(-1);
    this.#case = null;
    this.#told = null;
    if (ended === null || suite === undefined) return;
    this.#cases.push(ended);
    this.#isCounted = true;
    suite.seen = sum(suite.seen, tallyOf(ended));
  }
}

/** Of several outcomes in a case the first counts, but a failure counts more than a skip. */
function isWorse(wrong: (typeof WRONG)[number], { outcome }: JunitCase): boolean {
  return outcome === "passed" || (outcome === "skipped" && wrong !== "skipped");
}

/** Also for `<j:testcase xmlns:j="…">`. */
function localName({ name }: { name: string }): string {
  return name.slice(name.indexOf(":") + 1);
}

function newCase({ classname = "", name = "", time = "" }: Attributes): JunitCase {
  const ms = Number.parseFloat(time) * 1000;
  return {
    classname,
    name,
    ms: Number.isFinite(ms) && ms >= 0 ? ms : null,
    outcome: "passed",
    message: "",
    text: "",
    type: "",
  };
}

const COUNTED = ["tests", "failures", "errors", "skipped"] as const;
type Tally = Record<(typeof COUNTED)[number], number>;
type Stated = Record<(typeof COUNTED)[number], number | null>;

interface Suite {
  /** The counts in its attributes. */
  stated: Stated;
  /** The sum of the ended cases and suites in it. */
  seen: Tally;
  /** Whether there are suites in it. */
  isAround: boolean;
}

function newSuite(attributes: Attributes): Suite {
  const stated = (name: keyof Tally) => /^\d{1,9}$/.test(attributes[name] ?? "") ? Number(attributes[name]) : null;
  return { stated: perCount(stated), seen: perCount(() => 0), isAround: false };
}

function perCount<T>(of: (name: keyof Tally) => T): Record<keyof Tally, T> {
  return { tests: of("tests"), failures: of("failures"), errors: of("errors"), skipped: of("skipped") };
}

function isWhole(stated: Stated): stated is Tally {
  return COUNTED.every((name) => stated[name] !== null);
}

/**
 * The higher of what it states and what its cases show: pytest states more than these, such as a test that passes and fails at
 * its teardown, and many runners do not state all four counts. But a suite of cases that states all of them knows how many
 * tests ran: pytest writes a case for the one that was running when it was made to exit, and does not count it. A suite around
 * others may state less than they do.
 */
function tallyOfSuite({ isAround, seen, stated }: Suite): Tally {
  const tally = perCount((name) => Math.max(stated[name] ?? 0, seen[name]));
  return isWhole(stated) && !isAround ? { ...tally, tests: stated.tests } : tally;
}

function sum(a: Tally, b: Tally): Tally {
  return perCount((name) => a[name] + b[name]);
}

function tallyOf({ outcome }: JunitCase): Tally {
  const one = (kind: JunitCase["outcome"]) => outcome === kind ? 1 : 0;
  return { tests: 1, failures: one("failure"), errors: one("error"), skipped: one("skipped") };
}

const DISALLOWED = "disallowed character.";

/** Errors after which saxes reads on correctly: the text stays as it is, and a DOCTYPE is skipped. */
const BORNE: ReadonlySet<string> = new Set([
  DISALLOWED,
  'the string "]]>" is disallowed in char data.',
  "inappropriately located doctype declaration.",
]);

const OPTIONS = { fragment: true, position: false, xmlns: false } as const;

/** Several documents, or parts of one, in a row; stops at the first error after which elements may be misread. */
class LenientParser extends SaxesParser<typeof OPTIONS> {
  isBroken = false;
  /** Whether it takes nothing any more of what is still to come. */
  isStopped = false;
  /** The piece that is read now, and where it starts in all that was fed. */
  #piece = "";
  #start = 0;

  constructor() {
    super(OPTIONS);
  }

  /** `null` ends the text. */
  feed(piece: string | null): void {
    this.#start += this.#piece.length;
    this.#piece = piece ?? "";
    this.write(piece);
  }

  override fail(message: string): this {
    // A control character stays in its place; a `<` in a value may be due to a missing quote.
    const isTag = message === DISALLOWED && this.#piece[this.position - this.#start - 1] === "<";
    if (BORNE.has(message) && !isTag) return this;
    this.isBroken = true;
    // At the end, the text that is still open follows.
    this.isStopped ||= !message.startsWith("unclosed tag: ");
    return this;
  }
}

const MENDED = /<!\[CDATA\[|\]\]>|<\?xml(?=\s)|&(?:(?:amp|lt|gt|quot|apos);|#(?:x([\da-fA-F]{1,6})|(\d{1,7}));)?/g;

/**
 * Repairs what runners get wrong, and what would make saxes take markup for text: a reference to a character that XML
 * does not have, or one that is no reference, stays as text; half a surrogate pair is shown as such. The declaration of
 * a second document counts as any other instruction.
 */
function mended(piece: string, wasInCdata: boolean): { text: string; isInCdata: boolean } {
  let isInCdata = wasInCdata;
  const text = piece.toWellFormed().replaceAll(MENDED, (token, hex?: string, decimal?: string) => {
    if (token === "]]>") isInCdata = false;
    if (isInCdata || token === "]]>") return token;
    if (token === "<![CDATA[") isInCdata = true;
    if (token === "<?xml") return "<?xml-declaration";
    if (token === "&") return "&amp;";
    const code = hex === undefined ? Number(decimal ?? "NaN") : Number.parseInt(hex, 16);
    return Number.isNaN(code) || isCharacter(code) ? token : `&amp;${token.slice(1)}`;
  });
  return { text, isInCdata };
}

/** By XML 1.0. */
function isCharacter(code: number): boolean {
  if (code < 0x20) return code === 0x9 || code === 0xa || code === 0xd;
  return code <= 0xd7ff || (code >= 0xe000 && code <= 0xfffd) || (code >= 0x10000 && code <= 0x10ffff);
}
