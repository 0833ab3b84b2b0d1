/** The command of a service's health check as a check of kind `exec` can run it. Pure. */

/** Programs that do nothing but ask, and cost little: a check runs one each second. */
const CLIENTS = ["pg_isready", "redis-cli", "valkey-cli", "nc"];
/** Options that take a password, which belongs into no other file. */
const PASSWORD = /^(?:-a|--pass|--password)(?:$|=)/;
/** What a shell takes as it is. */
const PLAIN = /^[\w@%+=:,./ -]+$/;

/** `test`: as Docker has it. null if it is none of those programs, needs a shell, or has a password in it. */
export function askingCommand([kind, ...rest]: readonly string[]): string[] | null {
  const words = kind === "CMD-SHELL" ? shellWords(rest.join(" ")) : kind === "CMD" ? rest : null;
  if (words === null || words.some((word) => PASSWORD.test(word))) return null;
  const program = (words[0] ?? "").split("/").at(-1) ?? "";
  return CLIENTS.includes(program) ? [...words] : null;
}

function shellWords(text: string): string[] | null {
  const command = text.replace(/\s*\|\|\s*exit 1\s*$/, "").trim();
  return PLAIN.test(command) ? command.split(/ +/) : null;
}
