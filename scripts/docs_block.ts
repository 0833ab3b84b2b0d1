/** The blocks in docs/ with the results of a measuring command: between `<!-- measured: NAME -->` and `<!-- end -->`. */

/** The name of the block → its page. */
export const MEASURED = {
  bench: "docs/performance.md",
  engines: "docs/engines.md",
  selftest: "docs/accuracy.md",
} as const;

/** The page with the block's content replaced; null if it has no such block. Pure. */
export function withBlock(page: string, name: string, content: string): string | null {
  const block = new RegExp(`(<!-- measured: ${name} -->\n)[^]*?(<!-- end -->)`);
  return block.test(page) ? page.replace(block, (_, start, end) => `${start}\n${content}\n${end}`) : null;
}
