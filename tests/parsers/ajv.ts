/** JSON Schema (draft 2020-12) as npm's ajv (MIT, the validator that most programs use) understands it, in its strict mode. */

import Ajv2020 from "npm:ajv@8.20.0/dist/2020.js";

/** Returns why a value is not valid; null if it is. Throws if the schema itself is none. */
export function validatorOf(schema: object): (value: unknown) => string | null {
  const validate = new Ajv2020.default({ strict: true, allowUnionTypes: true, allErrors: false }).compile(schema);
  return (value) => {
    if (validate(value)) return null;
    return (validate.errors ?? []).map(({ instancePath, message, params }) =>
      `${instancePath || "/"} ${message} ${JSON.stringify(params)}`
    ).join("; ");
  };
}
