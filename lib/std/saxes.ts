/**
 * Door to npm's saxes (ISC, Louis-Dominique Dubeau; jsdom reads XML with it): a streaming parser, strict to the letter of XML
 * 1.0, that expands no entity of a DOCTYPE. The package has its own types. The exact version is pinned here, and by deno.lock.
 */
export { SaxesParser } from "npm:saxes@6.0.0";
