/** Control characters, which no name and no text of one line has. */

// deno-lint-ignore no-control-regex -- they are what it looks for
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;

export function hasControl(text: string): boolean {
  return CONTROL.test(text);
}
