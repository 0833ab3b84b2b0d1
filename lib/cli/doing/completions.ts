/** `completions`: the script of each shell. They only ask the program, so that they stay right when it changes. */

import type { Shell } from "../commands/completions.ts";
import { BASH } from "./shells/bash.ts";
import { FISH } from "./shells/fish.ts";
import { ZSH } from "./shells/zsh.ts";

export const SCRIPTS: Readonly<Record<Shell, string>> = { bash: BASH, zsh: ZSH, fish: FISH };
