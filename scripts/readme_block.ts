/** The places in README.md that hold what a command measured: between `<!-- measured: NAME -->` and `<!-- end -->`. */

/** README.md with the block's content replaced; null where it has no such block. Pure. */
export function withBlock(readme: string, name: string, content: string): string | null {
  const block = new RegExp(`(<!-- measured: ${name} -->\n)[^]*?(<!-- end -->)`);
  return block.test(readme) ? readme.replace(block, (_, start, end) => `${start}\n${content}\n${end}`) : null;
}
