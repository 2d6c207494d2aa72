#!/usr/bin/env node
/**
 * node scripts/check-prebuild.mjs [<arch>=<file>…]: what must hold of the binaries in the package; by default of those
 * in prebuilds/. Reads the files themselves, so it needs no Windows.
 */
import { runMain, Stop } from './lib/console.mjs'
import { checkPrebuild, describePrebuild, prebuilds } from './lib/package/prebuilds.mjs'
import { fromUser } from './lib/project.mjs'

await runMain(args => {
  let failed = 0
  for (const { arch, file } of args.length === 0 ? defaults() : args.map(parse)) {
    const problems = checkPrebuild(file, arch)
    failed += problems.length
    for (const problem of problems) console.log(`FAILED ${file}: ${problem}`)
    if (problems.length === 0) console.log(`ok     ${file}: ${describePrebuild(file)}`)
  }
  return failed === 0 ? 0 : 1
})

function defaults() {
  return Object.entries(prebuilds).map(([arch, { file }]) => ({ arch, file }))
}

function parse(argument) {
  const [, arch, file] = /^(\w+)=(.+)$/.exec(argument) ?? []
  if (!Object.hasOwn(prebuilds, arch ?? '')) {
    throw new Stop(`expected <${Object.keys(prebuilds).join('|')}>=<file>, received ${argument}`, 2)
  }
  return { arch, file: fromUser(file) }
}
