/** `0x80041002` for 0x80041002 and for its signed form alike. */
export function toHex(code: number): string {
  return `0x${(code >>> 0).toString(16).toUpperCase().padStart(8, '0')}`
}
