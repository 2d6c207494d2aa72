/**
 * Rolls the declarations of dist/lib/ up: a file for each entry, which names what the entry exports, and one file with
 * the declarations, so that the Session of one entry is the Session of all.
 */
import { join } from 'node:path'
import { Stop } from '../console.mjs'

/** Where the declarations stand. */
const SHARED_TYPES = 'declarations'

/** Writes `<entry>.d.ts` of every entry (name → module below `source`) and the shared file to `folder`. */
export async function rollUpTypes(entries, source, folder) {
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
  await build.write({
    dir: folder,
    entryFileNames: '[name].d.ts',
    chunkFileNames: '[name].d.ts',
    manualChunks: id => (files.includes(id) ? undefined : SHARED_TYPES),
    minifyInternalExports: false,
  })
  await build.close()
}

/** The files that {@link rollUpTypes} writes. */
export function typeFiles(entries) {
  return [...entries, SHARED_TYPES].map(name => `${name}.d.ts`)
}
