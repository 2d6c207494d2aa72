/**
 * Rolls the declarations of dist/lib/ up: one file with all of them, so that the Session of one entry is the Session of
 * all, and a file for each entry that names what it exports.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Stop } from '../console.mjs'

const SHARED = 'declarations'

/**
 * Writes `<entry>.d.ts` for every entry (name → module below `source`), and what they share, to `folder`.
 * `valuesOf(name)` are the names that an entry exports at run time: a class that is not among them is a type alone.
 */
export async function rollUpTypes(entries, source, folder, valuesOf) {
  // Not before they have been installed.
  const [{ rollup }, { default: dts }] = await Promise.all([import('rollup'), import('rollup-plugin-dts')])
  const input = Object.entries(entries).map(([name, module]) => [name, join(source, `${module}.d.ts`)])
  const files = input.map(([, file]) => file)
  const build = await rollup({
    input: Object.fromEntries(input),
    external: id => id.startsWith('node:'),
    plugins: [dts()],
    onLog(_level, { message }) {
      throw new Stop(`cannot roll the types up: ${message}`)
    },
  })
  const { output } = await build.write({
    dir: folder,
    entryFileNames: '[name].d.ts',
    chunkFileNames: '[name].d.ts',
    manualChunks: id => (files.includes(id) ? undefined : SHARED),
    minifyInternalExports: false,
  })
  await build.close()
  for (const { name, isEntry, code } of output) {
    if (isEntry) writeFileSync(join(folder, `${name}.d.ts`), entryOf(code, valuesOf(name)))
  }
}

/** The files that {@link rollUpTypes} writes. */
export function typeFiles(entries) {
  return [...entries, SHARED].map(name => `${name}.d.ts`)
}

/** What an entry passes on, types marked as such. */
function entryOf(code, values) {
  const [, list] = /^export \{ ([^}]*) \} from '\.\/\w+\.js';$/m.exec(code)
  const lines = list.split(', ').map(item => {
    const name = item.split(' as ').at(-1)
    return `  ${values.includes(name) ? '' : 'type '}${item},\n`
  })
  return `export {\n${lines.join('')}} from './${SHARED}.js'\n`
}
