/** JSON Schema (draft 2020-12) as npm's ajv (MIT, the validator that most programs use) understands it. */

import Ajv2020 from "npm:ajv@8.20.0/dist/2020.js";

/** Strict about keywords and formats. Conditions refine a value whose type and keys stand in the schema around them. */
const OPTIONS = {
  strictSchema: true,
  strictTypes: false,
  strictTuples: false,
  strictRequired: false,
  formats: { regex: isRegex },
};

function isRegex(text: string): boolean {
  try {
    return new RegExp(text) instanceof RegExp;
  } catch {
    return false;
  }
}

/** Returns why a value is not valid; null if it is. Throws if the schema itself is none. */
export function validatorOf(schema: object): (value: unknown) => string | null {
  const validate = new Ajv2020.default(OPTIONS).compile(schema);
  return (value) => {
    if (validate(value)) return null;
    return (validate.errors ?? []).map(({ instancePath, message, params }) =>
      `${instancePath || "/"} ${message} ${JSON.stringify(params)}`
    ).join("; ");
  };
}
