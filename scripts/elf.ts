/** Reads the header of a 64-bit little-endian ELF file: just enough to know where the ELF file itself ends. */

const HEADER_BYTES = 64;

/**
 * The length in bytes up to the end of the section header table (`e_shoff + e_shentsize × e_shnum`), which a linker puts
 * last: any bytes after it were appended later. Throws if `data` is not such a file or ends before that.
 */
export function elfLength(data: Uint8Array<ArrayBuffer>): number {
  const magic = [...data.subarray(0, 6)];
  if (data.length < HEADER_BYTES || magic.join() !== [0x7f, 0x45, 0x4c, 0x46, 2, 1].join()) {
    throw new TypeError(`Cannot read ELF header: not a 64-bit little-endian ELF file, it starts with [${magic}]`);
  }
  const view = new DataView(data.buffer, data.byteOffset, HEADER_BYTES);
  const length = Number(view.getBigUint64(0x28, true)) + view.getUint16(0x3a, true) * view.getUint16(0x3c, true);
  if (length > data.length) {
    throw new RangeError(
      `Cannot read ELF file: its sections end at ${length}, the file already at ${data.length} bytes`,
    );
  }
  return length;
}
