/** Figures in words, as the sentences of reasons and reports show them. Pure. */

/** Bytes → "61.2 MiB". */
export function mib(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}

/** Bytes → "1.5 GiB" from one GiB on, "61.2 MiB" below. */
export function sizeText(bytes: number): string {
  return bytes >= 2 ** 30 ? `${(bytes / 2 ** 30).toFixed(1)} GiB` : mib(bytes);
}

/** Milliseconds → "812 ms" below ten seconds, "14.2 s" from there on. */
export function duration(ms: number): string {
  return ms < 10_000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** Milliseconds in the shortest form, for a time that counts up on the screen: "8s", "1m05s", "1h02m". */
export function elapsed(ms: number): string {
  const seconds = Math.floor(Math.max(0, ms) / 1000);
  const two = (number: number) => String(number).padStart(2, "0");
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m${two(seconds % 60)}s`;
  return `${Math.floor(seconds / 3600)}h${two(Math.floor(seconds / 60) % 60)}m`;
}

/** "1 probe", "2 probes". */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

const SIGNAL_NAMES: Readonly<Record<number, string>> = {
  1: "SIGHUP",
  2: "SIGINT",
  3: "SIGQUIT",
  4: "SIGILL",
  5: "SIGTRAP",
  6: "SIGABRT",
  7: "SIGBUS",
  8: "SIGFPE",
  9: "SIGKILL",
  10: "SIGUSR1",
  11: "SIGSEGV",
  12: "SIGUSR2",
  13: "SIGPIPE",
  14: "SIGALRM",
  15: "SIGTERM",
  18: "SIGCONT",
  19: "SIGSTOP",
  20: "SIGTSTP",
  21: "SIGTTIN",
  22: "SIGTTOU",
  23: "SIGURG",
  24: "SIGXCPU",
  25: "SIGXFSZ",
  26: "SIGVTALRM",
  27: "SIGPROF",
  28: "SIGWINCH",
  29: "SIGIO",
  30: "SIGPWR",
  31: "SIGSYS",
};

/**
 * The signal's number on Linux; undefined for a name that is not known. `SIG34` is the host's name for a signal without
 * one.
 */
export function signalNumber(name: string): number | undefined {
  const known = Object.entries(SIGNAL_NAMES).find(([, each]) => each === name)?.[0] ?? /^SIG(\d+)$/.exec(name)?.[1];
  return known === undefined ? undefined : Number(known);
}

/** The signal's name on Linux, such as `SIGTERM`; `signal 37` for one that has none. */
export function signalName(number: number): string {
  return SIGNAL_NAMES[number] ?? `signal ${number}`;
}

/** An exit code in words; from 129 on, shells and Docker mean "ended by signal (code − 128)". */
export function exitText(code: number): string {
  const signal = SIGNAL_NAMES[code - 128];
  return signal === undefined ? `exit code ${code}` : `exit code ${code} (${signal})`;
}
