// The official signatures of what this project uses of @std/path 1.x.

export interface GlobOptions {
  extended?: boolean;
  globstar?: boolean;
  os?: "windows" | "darwin" | "linux";
  caseInsensitive?: boolean;
}
export function basename(path: string | URL, suffix?: string): string;
export function dirname(path: string | URL): string;
export function globToRegExp(glob: string, options?: GlobOptions): RegExp;
export function isAbsolute(path: string): boolean;
export function join(path: string | URL, ...paths: string[]): string;
export function normalize(path: string | URL): string;
export function relative(from: string, to: string): string;
export function resolve(...pathSegments: string[]): string;
