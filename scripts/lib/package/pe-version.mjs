/** The version resource of a Windows binary: "VS_VERSIONINFO structure", Microsoft Learn. */

const FIXED_SIGNATURE = 0xfeef04bd
const aligned = offset => (offset + 3) & ~3

/**
 * Returns `{ numbers, strings }` of the bytes of a version resource: the four numbers of the file's version, and the
 * strings of all languages by name.
 */
export function readVersionInfo(bytes) {
  const root = readNode(bytes, 0)
  if (root.key !== 'VS_VERSION_INFO' || bytes.readUInt32LE(root.value) !== FIXED_SIGNATURE) {
    throw new Error('the version resource is none')
  }
  const numbers = [10, 8, 14, 12].map(at => bytes.readUInt16LE(root.value + at))
  const tables = childrenOf(bytes, root).filter(({ key }) => key === 'StringFileInfo')
  const strings = tables.flatMap(table => childrenOf(bytes, table)).flatMap(table => childrenOf(bytes, table))
  return { numbers, strings: new Map(strings.map(({ key, text }) => [key, text])) }
}

/** Length, length of the value and its kind, a name, the value, and then nodes of the same form. */
function readNode(bytes, start) {
  const end = start + bytes.readUInt16LE(start)
  const valueLength = bytes.readUInt16LE(start + 2)
  const isText = bytes.readUInt16LE(start + 4) === 1
  const key = textAt(bytes, start + 6)
  const value = aligned(start + 6 + 2 * (key.length + 1))
  const size = isText ? 2 * valueLength : valueLength
  return {
    key,
    value,
    text: isText && size > 0 ? textAt(bytes, value) : '',
    children: aligned(value + size),
    end,
  }
}

function childrenOf(bytes, { children, end }) {
  const nodes = []
  for (let at = children; at + 6 <= end; at = aligned(nodes.at(-1).end)) nodes.push(readNode(bytes, at))
  return nodes
}

function textAt(bytes, start) {
  let end = start
  while (bytes.readUInt16LE(end) !== 0) end += 2
  return bytes.toString('utf16le', start, end)
}
