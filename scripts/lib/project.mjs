/** Where things are. */
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '')

/** Downloads, stamps and logs of the scripts; ignored by git, safe to delete. */
export const cacheDir = join(root, '.cache')

/** The addons: the product's, the test-only simulator, and the floors that the benchmark of calls compares with. */
export const addons = {
  native: {
    name: 'hyperv_job_errors',
    gyp: join(root, 'binding.gyp'),
    outDir: join(root, 'build', 'Release'),
  },
  simulator: {
    name: 'simulator',
    gyp: join(root, 'simulator', 'binding.gyp'),
    outDir: join(root, 'build', 'simulator'),
  },
  bench: {
    name: 'bench_floors',
    gyp: join(root, 'bench', 'native', 'binding.gyp'),
    outDir: join(root, 'build', 'bench'),
  },
}

/** The directory the user stands in: `npm run` moves to the project root and leaves the real one in INIT_CWD. */
export function userDirectory() {
  return process.cwd() === root ? (process.env.INIT_CWD ?? root) : process.cwd()
}

export function fromUser(path) {
  return resolve(userDirectory(), path)
}
