/**
 * Secrets that a value gives away by its form, whatever the variable's name: connection strings, query strings,
 * Docker's auth JSON, webhook addresses, and tokens with a form that their makers chose (as gitleaks and GitHub's
 * scanning list them). Pure.
 */

/** `Password=…;`, `AccountKey=…`, `?access_token=…&`, `--token=…`: the text after the sign, to the next separator. */
const ASSIGNED =
  /(?:pass(?:word|wd|phrase)?|pwd|secret|(?:access|refresh|id|auth)[_-]?token|token|api[_-]?key|(?:account|access|shared[_-]?access|secret[_-]?access)[_-]?key|client[_-]?secret|sig(?:nature)?)\s*=\s*("[^"]+"|'[^']+'|[^\s;&"'#]+)/gi;

/** In JSON: Docker's config has base64 of `user:password` under `auth`. */
const IN_JSON =
  /"(?:auth|password|passwd|identitytoken|registrytoken|secret|client_?secret|private_?key|api_?key|(?:access|refresh|id)_?token|token)"\s*:\s*"((?:[^"\\]|\\.)+)"/gi;

/** A header's value. A value with neither a digit nor a capital is a word, as in "basic authentication". */
const HEADER = /\b(?:[Bb]earer|BEARER|[Bb]asic|BASIC)\s+((?=[\w.~+/-]*[A-Z\d])[\w.~+/-]{8,}=*)/g;

/** Anyone who has such an address may write there. */
const WEBHOOKS = [
  /hooks\.slack\.com\/(?:services|workflows|triggers)\/([\w/-]+)/g,
  /discord(?:app)?\.com\/api\/webhooks\/(\d+\/[\w-]+)/g,
  /\.(?:webhook\.office|logic\.azure)\.com\/([^\s"']+)/g,
  /api\.telegram\.org\/bot(\d+:[\w-]+)/g,
];

const TOKENS = [
  /\bgh[pousr]_[A-Za-z0-9]{36,}\b/g,
  /\bgithub_pat_\w{40,}\b/g,
  /\bgl(?:pat|dt|rt|cbt|ptt|ft|soat)-[\w-]{20,}/g,
  /\bxox[abeoprs]-[\w-]{10,}/g,
  /\bxapp-\d-[\w-]{10,}/g,
  /\b[rs]k_(?:live|test)_[A-Za-z0-9]{16,}\b/g,
  /\bwhsec_[\w+/=]{16,}/g,
  /\bsk-(?:ant-|proj-)?[\w-]{20,}/g,
  /\bAIza[\w-]{35}/g,
  /\bya29\.[\w-]{20,}/g,
  /\bSG\.[\w-]{16,}\.[\w-]{16,}/g,
  /\bnpm_[A-Za-z0-9]{36}\b/g,
  /\bpypi-[\w-]{50,}/g,
  /\bdop_v1_[a-f0-9]{64}\b/g,
  /\bhv[sbr]\.[\w-]{24,}/g,
  /\bhf_[A-Za-z0-9]{30,}\b/g,
  /\bAGE-SECRET-KEY-1[A-Z0-9]{58}\b/g,
  /(?<![\w-])eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]+/g,
];

/** All of them, as they stand in the value. */
export function secretsWithin(value: string): string[] {
  const assigned = [...value.matchAll(ASSIGNED)].map(([_, found = ""]) => found.replace(/^(["'])(.*)\1$/, "$2"));
  const named = [IN_JSON, HEADER, ...WEBHOOKS].flatMap((form) =>
    [...value.matchAll(form)].map(([_, found = ""]) => found)
  );
  const known = TOKENS.flatMap((form) => [...value.matchAll(form)].map(([found]) => found));
  return [...assigned, ...named, ...known];
}
