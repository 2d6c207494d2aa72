/**
 * Reads what a Windows binary (PE32+) says of itself: "PE Format", Microsoft Learn. Throws an Error for a file that is
 * no such binary, or that ends too early.
 */
import { readVersionInfo } from './pe-version.mjs'

const PE32_PLUS = 0x20b
const EXPORT_DIRECTORY = 0
const IMPORT_DIRECTORY = 1
const RESOURCE_DIRECTORY = 2
const DEBUG_DIRECTORY = 6
const DELAY_IMPORT_DIRECTORY = 13
const VERSION_RESOURCE = 16
const EXTENDED_CHARACTERISTICS = 20
const IMPORT_BY_ORDINAL = 1n << 63n

/**
 * Returns `{ machine, isDll, name, exports, imports, delayImports, sections, symbols, … }`: exports as a Map of
 * name → RVA, imports as a Map of the DLL's name in lower case → names of functions, `name` the file's own as it exports
 * under it, `symbols` the number of COFF symbols, `version` as `readVersionInfo` gives it, or null.
 */
export function readPe(bytes) {
  if (bytes.toString('latin1', 0, 2) !== 'MZ') throw new Error('not a Windows binary')
  const header = bytes.readUInt32LE(0x3c)
  if (bytes.toString('latin1', header, header + 4) !== 'PE\0\0') throw new Error('not a Windows binary')
  const coff = header + 4
  const optional = coff + 20
  if (bytes.readUInt16LE(optional) !== PE32_PLUS) throw new Error('not a 64-bit Windows binary')
  const file = new Image(bytes, optional + bytes.readUInt16LE(coff + 16), bytes.readUInt16LE(coff + 2))
  const directory = index => bytes.readUInt32LE(optional + 112 + 8 * index)
  return {
    machine: bytes.readUInt16LE(coff),
    isDll: (bytes.readUInt16LE(coff + 18) & 0x2000) !== 0,
    /** Only the linker of Visual Studio writes this block. */
    isMsvc: bytes.subarray(0, header).includes('Rich', 0, 'latin1'),
    name: directory(EXPORT_DIRECTORY) === 0 ? null : file.text(file.uint32(directory(EXPORT_DIRECTORY) + 12)),
    /** Control Flow Guard, and shadow stacks. */
    hasGuard: (bytes.readUInt16LE(optional + 70) & 0x4000) !== 0,
    hasShadowStack: hasShadowStack(
      file,
      directory(DEBUG_DIRECTORY),
      bytes.readUInt32LE(optional + 116 + 8 * DEBUG_DIRECTORY),
    ),
    version: readVersion(file, directory(RESOURCE_DIRECTORY)),
    exports: readExports(file, directory(EXPORT_DIRECTORY)),
    // Name and lookup table, at their places in a descriptor of either kind.
    imports: readImports(file, directory(IMPORT_DIRECTORY), { size: 20, name: 12, table: 0 }),
    delayImports: readImports(file, directory(DELAY_IMPORT_DIRECTORY), { size: 32, name: 4, table: 16 }),
    sections: file.sections.map(({ name }) => name),
    symbols: bytes.readUInt32LE(coff + 12),
    /** The bytes at an address of the loaded image. */
    codeAt: (rva, length) => bytes.subarray(file.offset(rva), file.offset(rva) + length),
  }
}

class Image {
  constructor(bytes, table, count) {
    this.bytes = bytes
    this.sections = Array.from({ length: count }, (_, index) => {
      const at = table + 40 * index
      return {
        name: bytes.toString('latin1', at, at + 8).replace(/\0+$/, ''),
        start: bytes.readUInt32LE(at + 12),
        size: bytes.readUInt32LE(at + 16),
        offset: bytes.readUInt32LE(at + 20),
      }
    })
  }

  offset(rva) {
    const section = this.sections.find(({ start, size }) => rva >= start && rva < start + size)
    if (section === undefined) throw new Error(`no section holds the address 0x${rva.toString(16)}`)
    return rva - section.start + section.offset
  }

  uint32(rva) {
    return this.bytes.readUInt32LE(this.offset(rva))
  }

  text(rva) {
    const start = this.offset(rva)
    return this.bytes.toString('latin1', start, this.bytes.indexOf(0, start))
  }
}

function readExports(file, directory) {
  const exported = new Map()
  if (directory === 0) return exported
  const [functions, names, ordinals] = [28, 32, 36].map(at => file.uint32(directory + at))
  for (let index = 0; index < file.uint32(directory + 24); index++) {
    const ordinal = file.bytes.readUInt16LE(file.offset(ordinals + 2 * index))
    exported.set(file.text(file.uint32(names + 4 * index)), file.uint32(functions + 4 * ordinal))
  }
  return exported
}

function readImports(file, directory, { size, name, table }) {
  const imported = new Map()
  if (directory === 0) return imported
  for (let at = directory; file.uint32(at + name) !== 0; at += size) {
    const names = []
    for (let entry = file.uint32(at + table); ; entry += 8) {
      const value = file.bytes.readBigUInt64LE(file.offset(entry))
      if (value === 0n) break
      names.push(value & IMPORT_BY_ORDINAL ? `#${value & 0xffffn}` : file.text(Number(value) + 2))
    }
    imported.set(file.text(file.uint32(at + name)).toLowerCase(), names)
  }
  return imported
}

/** The first version resource of any language: type, name and language are three levels of one kind of table. */
function readVersion(file, directory) {
  if (directory === 0) return null
  const entriesOf = table => {
    const count =
      file.bytes.readUInt16LE(file.offset(table + 12)) + file.bytes.readUInt16LE(file.offset(table + 14))
    return Array.from({ length: count }, (_, index) => {
      const id = file.uint32(table + 16 + 8 * index)
      return { id, at: directory + (file.uint32(table + 20 + 8 * index) & 0x7fffffff) }
    })
  }
  const type = entriesOf(directory).find(({ id }) => id === VERSION_RESOURCE)
  if (type === undefined) return null
  const [name] = entriesOf(type.at)
  const [language] = entriesOf(name.at)
  const start = file.offset(file.uint32(language.at))
  return readVersionInfo(file.bytes.subarray(start, start + file.uint32(language.at + 4)))
}

function hasShadowStack(file, directory, size) {
  for (let at = directory; directory !== 0 && at < directory + size; at += 28) {
    if (file.uint32(at + 12) === EXTENDED_CHARACTERISTICS)
      return (file.uint32(file.uint32(at + 20)) & 1) !== 0
  }
  return false
}
