/** How tests and services learn where a service answers. Pure. */

/** Where published ports are reached from this host: a test with a port that is no page needs it. */
export const PORTS_HOST_VARIABLE = "VX11_ENGINE_HOST";

/** `VX11_<SERVICE>_URL`; its value has no path and no trailing slash. */
export function urlVariable(service: string): string {
  return `VX11_${service.toUpperCase().replaceAll(/[^A-Z0-9]/g, "_")}_URL`;
}
