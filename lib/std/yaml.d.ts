// The official signatures of what this project uses of @std/yaml 1.x.

export interface ParseOptions {
  allowDuplicateKeys?: boolean;
  schema?: "core" | "default" | "failsafe" | "json" | "extended";
  onWarning?(error: Error): void;
}
export function parse(content: string, options?: ParseOptions): unknown;
