// The official signature, without its options, of string-width 9.x.

export default function stringWidth(string: string): number;
