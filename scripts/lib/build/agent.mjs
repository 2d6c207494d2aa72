/** Compiles the agent among the examples against its own packages and this project's, and sets up what its tests need. */
import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Stop } from '../console.mjs'
import { ensureAgentTools } from '../npm-packages.mjs'
import { root } from '../project.mjs'
import { typeScript } from './typescript.mjs'

const source = join(root, 'examples', 'agent')

/** The built agent: `dist`, beside the packages it loads; `hyperv-job-errors` is this project, which it lies in. */
const agentDir = join(root, 'build', 'agent')

/** dist/lib has to be built before. */
export async function buildAgentExample() {
  const packages = join(await ensureAgentTools(), 'node_modules')
  rmSync(agentDir, { recursive: true, force: true })
  mkdirSync(agentDir, { recursive: true })
  symlinkSync(packages, join(agentDir, 'node_modules'), 'junction')
  const config = {
    extends: join(source, 'tsconfig.json'),
    compilerOptions: {
      typeRoots: [join(root, 'node_modules', '@types')],
      paths: {
        'hyperv-job-errors': [join(root, 'dist', 'lib', 'entries', 'index.d.ts')],
        'hyperv-job-errors/*': [join(root, 'dist', 'lib', 'entries', '*.d.ts')],
        '@opentelemetry/*': [join(packages, '@opentelemetry', '*')],
      },
      rootDir: join(source, 'src'),
      outDir: join(agentDir, 'dist'),
    },
    include: [join(source, 'src')],
  }
  const path = join(agentDir, 'tsconfig.json')
  writeFileSync(path, JSON.stringify(config))
  const { code, output } = await typeScript(['-p', path])
  if (code !== 0) throw new Stop(`${output.trimEnd()}\nthe agent among the examples does not compile`)
  if (!existsSync(join(agentDir, 'dist', 'main.js'))) throw new Stop('the compiled agent has no main.js')
}
