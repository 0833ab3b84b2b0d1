/** Secrets made by a seed, of many kinds, under names that are known as secret or that say nothing. Pure. */

export interface Canary {
  nr: number;
  kind: string;
  /** Of the variable that holds it, and what that variable is set to. */
  name: string;
  variable: string;
  /** What must not be found anywhere. */
  secret: string;
}

type Pick = (count: number) => number;

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const ALPHANUMERIC = `${LETTERS}0123456789`;
const HEX = "0123456789abcdef";

/** Names that tell: each as others write them, and with a number behind. */
const TELLING = [
  ..."JWT COOKIE SESSION_ID SESSION_KEY SESSION_DATA BEARER SSHPASS DB_PW API_KEY dbPassword AUTHORIZATION".split(" "),
  ..."OAUTH_CREDS SENTRY_DSN STRIPE_SK TOTP_SEED SIGNING_PEM SLACK_WEBHOOK PGPASSWORD MYSQL_PWD".split(" "),
  ..."CSRF HMAC_SALT PRIVATE_KEY accessToken REGISTRY_PASSCODE GPG_PASSPHRASE STORAGE_CONNECTION_STRING".split(" "),
];

/** Names that say nothing, for values that give themselves away. */
const HARMLESS = "SETTINGS UPSTREAM BACKEND OPTIONS TARGET EXTRA REMOTE".split(" ");

type Word = (count: number, from?: string) => string;

/** Numbers of canaries of which a long one is of the greatest length: each has all its forms in every channel. */
const LONGEST_UNTIL = 40;

interface Made {
  secret: string;
  /** The whole value, if the name says nothing. */
  within?: string;
}

/** Kind → how one is made. `word(n)`: letters and digits. */
const KINDS: Readonly<Record<string, (word: Word, pick: Pick, nr: number) => Made>> = {
  "8 characters": (word) => ({ secret: word(8) }),
  "24 characters": (word) => ({ secret: word(24) }),
  "60 characters": (word) => ({ secret: word(60) }),
  quotes: (word) => ({ secret: `${word(5)}"${word(4)}'${word(5)}"'` }),
  spaces: (word) => ({ secret: `${word(5)} ${word(4)}  ${word(5)}` }),
  unicode: (word) => ({ secret: `${word(5)}é${word(4)}ß漢字${word(4)}€` }),
  emoji: (word) => ({ secret: `${word(6)}🔑${word(6)}𝒳${word(3)}` }),
  newlines: (word) => ({ secret: `${word(14)}\n${word(15)}\n${word(16)}` }),
  tabs: (word) => ({ secret: `${word(6)}\t${word(6)}\t${word(3)}` }),
  percent: (word) => ({ secret: `${word(4)}%${word(4)}%41${word(4)}%` }),
  markup: (word) => ({ secret: `${word(4)}<${word(4)}&${word(4)}>${word(3)}` }),
  backslashes: (word) => ({ secret: `${word(4)}\\${word(4)}\\n${word(4)}\\\\${word(2)}` }),
  "shell signs": (word) => ({ secret: `${word(4)}$${word(4)}!*'()\`${word(4)};|` }),
  dollars: (word) => ({ secret: `${word(5)}$$${word(5)}\${${word(4)}}` }),
  slashes: (word) => ({ secret: `${word(7)}/+${word(9)}+/${word(6)}==` }),
  hex: (word) => ({ secret: word(40, HEX) }),
  uuid: (word) => ({ secret: [8, 4, 4, 4, 12].map((count) => word(count, HEX)).join("-") }),
  signs: (word) => ({ secret: `${word(2)}@${word(2)}#${word(2)}~${word(2)}^${word(2)}=${word(2)}` }),
  PEM: (word) => ({
    secret: [
      "-----BEGIN PRIVATE KEY-----",
      ...Array.from({ length: 12 }, () => word(64)),
      word(26),
      "-----END PRIVATE KEY-----",
    ].join("\n"),
  }),
  long: (word, _, nr) => ({ secret: word(nr < LONGEST_UNTIL ? 26 * 1024 : 2000) }),
  "long JSON": (word) => ({ secret: JSON.stringify({ keys: Array.from({ length: 60 }, () => word(40)) }) }),
  "user in a URL": (word, pick) => {
    const secret = `${word(6)}${["", "%40", "%2F"][pick(3)]}${word(8)}`;
    return { secret, within: `postgres://app:${secret}@db.internal:5432/app` };
  },
  "Password=": (word) => {
    const secret = `${word(8)}!${word(5)}`;
    return { secret, within: `Server=db;User Id=app;Password=${secret};Encrypt=true` };
  },
  "AccountKey=": (word) => {
    const secret = `${word(43)}/${word(42)}==`;
    return { secret, within: `DefaultEndpointsProtocol=https;AccountName=a;AccountKey=${secret};Suffix=x` };
  },
  "access_token=": (word) => {
    const secret = word(30);
    return { secret, within: `https://api.internal/v1/feed?access_token=${secret}&page=2` };
  },
  "Docker auth": (word) => {
    const secret = btoa(`robot:${word(20)}`);
    return { secret, within: `{"auths":{"registry.internal":{"auth":"${secret}"}}}` };
  },
  webhook: (word) => {
    const secret = `T${word(8)}/B${word(8)}/${word(24)}`;
    return { secret, within: `https://hooks.slack.com/services/${secret}` };
  },
  "GitHub token": (word) => {
    const secret = `ghp_${word(36)}`;
    return { secret, within: `use ${secret} for it` };
  },
  "signed token": (word) => {
    const secret = `eyJ${word(20)}.eyJ${word(30)}.${word(43)}`;
    return { secret, within: `header ${secret}` };
  },
  "Stripe key": (word) => {
    const secret = `sk_live_${word(24)}`;
    return { secret, within: secret };
  },
};

export const KIND_NAMES: readonly string[] = Object.keys(KINDS);

/** The kinds in turn, so that a few of them are a sample of all. */
export function canaries(count: number, random: () => number): Canary[] {
  const pick: Pick = (most) => Math.floor(random() * most);
  const word = (length: number, from = ALPHANUMERIC) => Array.from({ length }, () => from[pick(from.length)]).join("");
  // Each begins with a letter that a number cannot be taken for.
  const text = (length: number, from?: string) =>
    from === undefined ? word(1, LETTERS) + word(length - 1) : word(length, from);
  return Array.from({ length: count }, (_, nr) => {
    const kind = KIND_NAMES[nr % KIND_NAMES.length] ?? "";
    const made = KINDS[kind]?.(text, pick, nr) ?? { secret: text(12) };
    const names = made.within === undefined ? TELLING : HARMLESS;
    const name = `${names[nr % names.length]}_${nr}`;
    return { nr, kind, name, variable: made.within ?? made.secret, secret: made.secret };
  });
}
