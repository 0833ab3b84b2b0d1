/** How tests and services learn where a service answers. Pure. */

/** `VX11_<SERVICE>_URL`; its value has no path and no trailing slash. */
export function urlVariable(service: string): string {
  return `VX11_${service.toUpperCase().replaceAll(/[^A-Z0-9]/g, "_")}_URL`;
}
