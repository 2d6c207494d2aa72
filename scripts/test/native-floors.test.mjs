/** The floors of native/: what `npm run check` says of an include that it must refuse. */
import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { root } from '../lib/project.mjs'
import { includeProblems } from '../lib/test/native-floors.mjs'

const native = join(root, 'native')
const folders = []
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true })
})

/** The complaints about native/ with these lines before the files of these names. */
function problemsWith(lines) {
  const folder = mkdtempSync(join(tmpdir(), 'native-floors-'))
  folders.push(folder)
  cpSync(native, folder, { recursive: true })
  for (const [name, line] of Object.entries(lines)) {
    const file = join(folder, name)
    writeFileSync(file, `${line}\n${readFileSync(file, 'utf8')}`)
  }
  return includeProblems(folder).join('\n')
}

test('native/ keeps to its floors', () => {
  assert.deepEqual(includeProblems(native), [])
})

test('an include from a floor above, or from the one beside, is refused', () => {
  const refused = [
    ['data/call.h', 'work/lock.h'],
    ['work/lock.h', 'js/settle.h'],
    ['work/call_pool.cc', 'com/wmi.h'],
    ['js/session.cc', 'com/wmi.h'],
    ['com/query.cc', 'js/settle.h'],
  ]
  for (const [file, header] of refused) {
    assert.match(
      problemsWith({ [file]: `#include "${header}"` }),
      new RegExp(`^${file} includes ${header}, which is not on a floor below$`, 'm'),
    )
  }
})

test('a file with Node-API that reaches a header of COM is refused, with the chain', () => {
  assert.match(
    problemsWith({ 'work/wmi.h': '#include <wbemcli.h>' }),
    /js\/session\.cc reaches Node-API \(.*napi\.h\) and COM \(.* → work\/wmi\.h → wbemcli\.h\)/,
  )
  assert.match(
    problemsWith({ 'com/wmi.h': '  #  include "com/connection.h"' }),
    /^addon\.cc reaches Node-API .* and COM \(addon\.cc → com\/wmi\.h → com\/connection\.h → com\/com_raii\.h → \w+\.h\)$/m,
  )
})
