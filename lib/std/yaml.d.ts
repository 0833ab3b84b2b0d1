// The official signatures of what this project uses of @std/yaml 1.x.

export type SchemaType = "failsafe" | "json" | "core" | "default" | "extended";

export interface ParseOptions {
  allowDuplicateKeys?: boolean;
  schema?: SchemaType;
}
export function parse(content: string, options?: ParseOptions): unknown;
