import { assertEquals } from "@std/assert";
import { splitWords } from "../../lib/text/words.ts";

const CASES: [string, string[] | undefined][] = [
  ["", []],
  ["  ", []],
  ["python3 -m pytest", ["python3", "-m", "pytest"]],
  ["  a \t b\n", ["a", "b"]],
  ["'/opt/my tools/pytest' -q", ["/opt/my tools/pytest", "-q"]],
  [`"a 'b' c" '"d"'`, ["a 'b' c", '"d"']],
  ["--dir='a b'c", ["--dir=a bc"]],
  ["a '' b", ["a", "", "b"]],
  ["$HOME *.py a\\ b ; rm", ["$HOME", "*.py", "a\\", "b", ";", "rm"]],
  ["a 'b", undefined],
  ['"', undefined],
];
for (const [text, words] of CASES) {
  Deno.test(`splitWords() of ${JSON.stringify(text)} is ${JSON.stringify(words)}`, () => {
    assertEquals(splitWords(text), words);
  });
}
