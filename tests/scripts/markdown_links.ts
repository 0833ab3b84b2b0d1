/** Relative links of Markdown pages, and whether they lead somewhere. */

import { dirname, join } from "@std/path";

export interface Page {
  /** From the root of the repository. */
  path: string;
  text: string;
}

/** `PAGE: LINK` of each relative link without its file, and of each anchor without its heading. Other sites are not asked. */
export async function brokenLinks(
  pages: readonly Page[],
  exists: (path: string) => Promise<boolean>,
): Promise<string[]> {
  const broken: string[] = [];
  for (const { path, text } of pages) {
    for (const link of linksOf(text)) {
      const [file = "", anchor] = link.split("#");
      const target = file === "" ? path : join(dirname(path), decodeURIComponent(file));
      const page = pages.find((each) => each.path === target);
      const isThere = page !== undefined || await exists(target);
      const hasAnchor = anchor === undefined || (page !== undefined && anchorsOf(page.text).has(anchor));
      if (!isThere || !hasAnchor) broken.push(`${path}: ${link}`);
    }
  }
  return broken;
}

/** The anchors that GitHub gives to the headings of a page. */
export function anchorsOf(text: string): Set<string> {
  const anchors = new Set<string>();
  for (const [, heading = ""] of withoutBlocks(text).matchAll(/^#{1,6} +(.+?) *#*$/gm)) {
    const shown = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1");
    const anchor = shown.toLowerCase().replaceAll(/[^\p{L}\p{N}\s_-]/gu, "").replaceAll(/\s/g, "-");
    let name = anchor;
    for (let count = 1; anchors.has(name); count++) name = `${anchor}-${count}`;
    anchors.add(name);
  }
  return anchors;
}

function linksOf(text: string): string[] {
  // A code span may be the text of a link, but no link is one within it.
  const prose = withoutBlocks(text).replaceAll(/`[^`\n]*`/g, "code");
  return [...prose.matchAll(/\]\(([^()\s]+)\)/g)].map(([, link = ""]) => link).filter((link) =>
    !/^[a-z]+:/i.test(link)
  );
}

function withoutBlocks(text: string): string {
  return text.replaceAll(/^ *```[^]*?^ *```$/gm, "");
}
