/** The project's own commands as a runner of tests: each counts as one test file. */

import type { ModuleMap } from "../../model/module.ts";
import type { ListedTests, PreparedRunner, Runner } from "../runner.ts";
import { runCommand } from "./command.ts";
import { type CommandSpec, KEY } from "./spec.ts";

export const RUNNER: Runner = {
  list(_host, { modules }): Promise<ListedTests> {
    const tests = new Map([...modules.keys()].map((name) => [name, commandsOf(modules, name).map(({ name }) => name)]));
    const placesOf = (key: "image" | "service") =>
      new Map([...modules.keys()].map((module) => [
        module,
        new Map(
          commandsOf(modules, module).flatMap(({ name, [key]: place }) => place === undefined ? [] : [[name, place]]),
        ),
      ]));
    const places = { services: placesOf("service"), images: placesOf("image") };
    // How tests were looked for is the other runners' to say: nothing is looked for here.
    return Promise.resolve({ tests, ...places, searches: new Map(), notices: [], inputs: [] });
  },
  prepare(_host, { settings: { modules } }): Promise<PreparedRunner> {
    return Promise.resolve({
      unavailable: null,
      notices: [],
      run(host, name, { module, ...place }) {
        const spec = commandsOf(modules, module).find((each) => each.name === name);
        if (spec === undefined) throw new Error(`module ${module} has no command ${name}`);
        return runCommand(host, spec, place);
      },
      afterwards: () => [],
    });
  },
};

/** What `read` of this kind made for the module. */
function commandsOf(modules: ModuleMap, module: string): readonly CommandSpec[] {
  return (modules.get(module)?.moreTests?.[KEY] ?? []) as readonly CommandSpec[];
}
