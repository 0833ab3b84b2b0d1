// The official signatures of what this project uses of @std/fmt 1.x (colors).

export function bold(str: string): string;
export function dim(str: string): string;
export function green(str: string): string;
export function red(str: string): string;
export function yellow(str: string): string;
