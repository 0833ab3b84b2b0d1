/**
 * Which variables of an environment hold secrets, by their names and the form of their values, and which parts of a
 * value must not be written anywhere. Pure; redactor.ts finds them again in text.
 */

import { URL_CREDENTIALS } from "./marker.ts";
import { secretsWithin } from "./secret_values.ts";

/** A variable that holds a secret, and the pieces of its value that give it away. */
export interface Secret {
  name: string;
  values: string[];
}

/** Anything shorter is found in too much text that has nothing to do with it. */
export const SHORTEST_SECRET = 6;

/** Pieces of a name, `DB_PASSWORD` or `dbPassword` or `splunk-token`, that make it the name of a secret. */
const SECRET_PIECE =
  /token(?!i[sz])|secret|passw|passphrase|passcode|credential|api_?key|private_?key|session_?id|conn(?:ection)?_?str|webhook/i;
const SECRET_WORD = new RegExp(
  `^(?:${
    [
      ...["\\w*auth", "\\w*dsn", "pat", "\\w*pwd", "pw", "\\w*keys?", "(?!by|com|tres|sur|over|under)\\w*pass"],
      ...[
        "jwt",
        "jwks?",
        "cookies?",
        "bearer",
        "authorization",
        "creds?",
        "salt",
        "pepper",
        "otp",
        "totp",
        "mfa",
        "pin",
      ],
      ...["seed", "mnemonic", "hmac", "unseal", "sk", "psk", "sas", "sig", "signature", "csrf", "xsrf", "pem", "pfx"],
    ].join("|")
  })$`,
  "i",
);
/** Last words of names that say where a secret is, or of which kind, and not what it is. */
const ABOUT =
  /^(?:file|path|dir|directory|folder|sock|socket|host|hostname|port|mode|type|method|provider|enabled|algorithm|alg|name|user|username|domain|secure|samesite|issuer|audience|header)$/i;
/** Names of limits, `MAX_TOKENS`, `TOKEN_TTL`, and of seeds for random numbers: a number there is no secret. */
const COUNT =
  /^(?:tokens|max|min|limit|ttl|size|length|count|timeout|lifetime|expiry|expires|seconds|minutes|hours|days|bits|rounds|age|seed)$/i;
/** Every shell or desktop sets these, and they hold a path. */
const NEVER: readonly string[] = ["PWD", "OLDPWD", "SESSION_MANAGER"];

function wordsOf(name: string): string[] {
  return name.replaceAll(/([a-z\d])([A-Z])/g, "$1_$2").split(/[^A-Za-z\d]+/);
}

/** Whether a variable of this name holds a secret, whatever its value. */
export function isSecretName(name: string): boolean {
  const words = wordsOf(name);
  if (NEVER.includes(name) || ABOUT.test(words.at(-1) ?? "")) return false;
  // `SESSION`, `SESSION_COOKIE_VALUE`; not `XDG_SESSION_DESKTOP`, which every desktop sets.
  const isSession = words.find((word) => word !== "")?.toLowerCase() === "session";
  return isSession || SECRET_PIECE.test(name) || words.some((word) => SECRET_WORD.test(word));
}

/**
 * Whether it is a secret by its name, whatever it looks like, except for a number that is a limit, and a URL that is
 * nothing but a place.
 */
export function isSecret(name: string, value: string): boolean {
  return isSecretName(name) && !isHarmless(name, value);
}

/** Variables that hold secrets whatever their names and values, with the same exceptions as for `secretsIn`. */
export function secretsOf(
  variables: Iterable<readonly [name: string, value: string]>,
  ordinary: ReadonlySet<string> = new Set(),
): Secret[] {
  return [...variables].flatMap(([name, value]) => {
    const values = linesOf(value).filter((each) => each.length >= SHORTEST_SECRET && !ordinary.has(each));
    return values.length === 0 ? [] : [{ name, values }];
  });
}

/**
 * The secrets among the variables, each value once. `ordinary`: words that cannot be secrets, since reports are made of
 * them: names of services and modules.
 */
export function secretsIn(
  variables: Iterable<readonly [name: string, value: string]>,
  ordinary: ReadonlySet<string> = new Set(),
): Secret[] {
  const seen = new Set<string>();
  return [...variables].flatMap(([name, value]) => {
    const values = [...new Set(valuesOf(name, value))].filter((each) =>
      each.length >= SHORTEST_SECRET && !ordinary.has(each) && !seen.has(each)
    );
    for (const each of values) seen.add(each);
    return values.length === 0 ? [] : [{ name, values }];
  });
}

function valuesOf(name: string, value: string): string[] {
  const credentials = [
    ...[...value.matchAll(URL_CREDENTIALS)].flatMap(([_, _scheme, found = ""]) => credentialsOf(found)),
    ...secretsWithin(value),
  ];
  return isSecret(name, value) ? [...linesOf(value), ...credentials] : credentials;
}

function isHarmless(name: string, value: string): boolean {
  const isLimit = /^[\d.]+$/.test(value) && wordsOf(name).some((word) => COUNT.test(word));
  return isLimit || /^[a-z][a-z0-9+.-]*:\/\/[^/?#@\s]+\/?$/i.test(value);
}

/** `user:password` as a whole, and the password alone; each also without the URL's own escapes. */
function credentialsOf(found: string): string[] {
  const password = found.slice(found.indexOf(":") + 1);
  return [found, password].flatMap((each) => [each, unescaped(each)]);
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Lines of a log come one by one, so that each line of a key is a secret of its own; its `-----BEGIN` is none. */
function linesOf(value: string): string[] {
  const whole = value.trim();
  const lines = whole.split(/\r?\n/);
  if (lines.length === 1) return [whole];
  return [whole, ...lines.map((line) => line.trim()).filter((line) => line.length > 10 && !line.startsWith("-----"))];
}
