import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { connect, isHyperVError, type NativeAddon } from '../../lib/entries'
import { loadAddon } from '../../lib/wmi/load'
import { type Simulator, startSimulator } from '../../simulator'

const ROOT = resolve(__dirname, '../../..')
const BUILT = join(ROOT, 'build/Release/hyperv_job_errors.node')
const PREBUILT = join(ROOT, 'prebuilds/win32-x64/node.napi.node')
const folder = mkdtempSync(join(tmpdir(), 'load-'))
let simulator: Simulator

before(() => {
  simulator = startSimulator({ jobs: [] })
})
after(() => {
  simulator.stop()
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
})

async function messageOf(addon: string): Promise<string> {
  const error: unknown = await connect({ addon }).then(
    () => assert.fail('it connected'),
    error => error,
  )
  assert.ok(isHyperVError(error) && error.code === 'ERR_LOAD' && error.cause instanceof Error)
  return error.message
}

describe('connect({ addon })', () => {
  test('takes the addon, its path, and without either finds it', async () => {
    for (const addon of [require(BUILT) as NativeAddon, BUILT, undefined]) {
      const session = await connect(addon === undefined ? {} : { addon })
      assert.deepEqual(await session.jobs(), [])
      await session.close()
    }
  })

  test('says that a file is missing, and that nothing else was tried', async () => {
    const path = join(folder, 'missing.node')
    const lines = (await messageOf(path)).split('\n')
    assert.equal(lines[1], `  ${path}: not found`)
    assert.equal(lines[2], 'What may help:')
  })

  test('says that a file is no binary', async () => {
    const path = join(folder, 'text.node')
    writeFileSync(path, 'text')
    assert.match(await messageOf(path), /text\.node: not a Windows binary/)
  })

  test('repeats what Windows says of a binary that is damaged', async () => {
    const path = join(folder, 'damaged.node')
    const bytes = Buffer.alloc(512)
    bytes.write('MZ')
    bytes.writeUInt32LE(128, 0x3c)
    bytes.write('PE\0\0', 128)
    bytes.writeUInt16LE(process.arch === 'arm64' ? 0xaa64 : 0x8664, 132)
    writeFileSync(path, bytes)
    assert.match(await messageOf(path), /damaged\.node: \S/)
  })

  test('is not redirected by the environment', () => {
    for (const name of ['NODE_BINDINGS_COMPILED_DIR', 'NODE_BINDINGS_ARROW']) process.env[name] = folder
    try {
      assert.equal(loadAddon(), loadAddon(existsSync(PREBUILT) ? PREBUILT : BUILT))
    } finally {
      for (const name of ['NODE_BINDINGS_COMPILED_DIR', 'NODE_BINDINGS_ARROW']) delete process.env[name]
    }
  })
})
