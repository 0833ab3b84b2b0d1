/**
 * The python3 of this machine itself: what is on PATH may be a script that looks for it (pyenv's takes seconds on a busy
 * machine, and is a process of its own until then).
 */
export const PYTHON = new TextDecoder().decode(
  new Deno.Command("python3", { args: ["-c", "import sys; print(sys.executable)"] }).outputSync().stdout,
).trim();
