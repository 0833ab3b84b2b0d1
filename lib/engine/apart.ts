/**
 * Tests' commands in containers of images of their own. Such a container is none of the project's services: no look, event or
 * sample of an engine has it.
 */

import type { ApartCommand, ApartRun } from "../model/service_run.ts";
import type { ContainerState } from "../model/evidence.ts";

/** A container that was made for a test's command, of whatever run. */
export interface ApartContainer {
  id: string;
  name: string;
  /** The mark of its command. */
  family: string;
}

export interface Apart {
  /**
   * Makes a container, on the networks of the container `beside`, and runs the command in it until it ends or is ended; `endAll` also removes the
   * container with its anonymous volumes. It gets no input. An image that is not there is not pulled.
   */
  run(beside: Pick<ContainerState, "id" | "service">, command: ApartCommand): ApartRun;
  /** Which of the images are here. */
  present(images: readonly string[], signal?: AbortSignal): Promise<ReadonlySet<string>>;
  /** Those that exist now for this project, running or not. Throws EngineError. */
  look(signal?: AbortSignal): Promise<ApartContainer[]>;
  /** Ends and removes them with their anonymous volumes. Throws EngineError if one is still there. */
  remove(containers: readonly Pick<ApartContainer, "id" | "name">[]): Promise<void>;
}
