import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, mock, test } from 'node:test'
import { isHyperVError } from '../../lib/base/errors'
import { openJournal } from '../../lib/entries/fleet'
import { Journal, type JournalItem } from '../../lib/fleet/journal'
import { decodeLines, encodeLine, HEADER } from '../../lib/fleet/journal-format'
import { killJournals } from './kills'

const folder = mkdtempSync(join(tmpdir(), 'hyperv-journal-'))
after(() => rmSync(folder, { recursive: true, force: true }))

let files = 0
function newFile(): string {
  return join(folder, `journal-${++files}`)
}

async function filled(file: string, ...ids: readonly string[]): Promise<void> {
  const journal = await openJournal(file)
  for (const id of ids) await journal.add({ id })
  await journal.close()
}

/** What a journal has of these ids. */
async function kept(file: string, ids: readonly string[]): Promise<string[]> {
  const journal = await openJournal(file)
  const found = ids.filter(id => journal.has({ id }))
  await journal.close()
  return found
}

function refusal(code: string, reason?: string): (error: unknown) => boolean {
  return error =>
    isHyperVError(error) && error.code === code && (reason === undefined || reasonOf(error) === reason)
}

function reasonOf(error: object): unknown {
  return 'reason' in error ? error.reason : undefined
}

describe('a journal', () => {
  test('has what was added, also when it is opened again', async () => {
    const file = newFile()
    const journal = await openJournal(file)
    const odd = 'HV-01|Msvm_MigrationJob|"\n\u0000\ud800 ünï'
    assert.equal(journal.has({ id: 'a' }), false)
    await journal.add({ id: 'a' })
    await journal.add({ id: odd })
    assert.equal(journal.has({ id: 'a' }), true)
    assert.equal(journal.size, 2)
    await journal.close()
    assert.deepEqual(await kept(file, ['a', odd, 'b']), ['a', odd])
  })

  test('has an entry only once it is on disk', async () => {
    const file = newFile()
    await using journal = await openJournal(file)
    const adding = journal.add({ id: 'a' })
    assert.equal(journal.has({ id: 'a' }), false)
    assert.equal(journal.pending, 1)
    await adding
    assert.equal(journal.pending, 0)
    assert.match(readFileSync(file, 'utf8'), /"a"/)
  })

  test('writes what is added together together', async () => {
    await using journal = await openJournal(newFile())
    const handle = await open(__filename)
    const syncs = mock.method(Object.getPrototypeOf(handle), 'datasync')
    await handle.close()
    try {
      await Promise.all(Array.from({ length: 500 }, (_, index) => journal.add({ id: `id-${index}` })))
      assert.ok(syncs.mock.callCount() >= 1)
      assert.ok(syncs.mock.callCount() <= 3, `${syncs.mock.callCount()} times to disk`)
    } finally {
      syncs.mock.restore()
    }
    assert.equal(journal.size, 500)
  })

  test('takes the same item twice as once', async () => {
    const file = newFile()
    const journal = await openJournal(file)
    await Promise.all([journal.add({ id: 'a' }), journal.add({ id: 'a' })])
    await journal.add({ id: 'a' })
    await journal.close()
    assert.equal(readFileSync(file, 'utf8').match(/"a"/g)?.length, 1)
  })

  test('forgets entries that have expired', async () => {
    const file = newFile()
    mock.timers.enable({ apis: ['Date'], now: Date.UTC(2026, 0, 1) })
    try {
      const journal = await openJournal(file, { keepMs: 3_600_000 })
      await journal.add({ id: 'old' })
      mock.timers.tick(2 * 3_600_000)
      await journal.add({ id: 'new' })
      assert.deepEqual(
        ['old', 'new'].filter(id => journal.has({ id })),
        ['new'],
      )
      await journal.close()
    } finally {
      mock.timers.reset()
    }
    assert.doesNotMatch(readFileSync(file, 'utf8'), /"old"/)
  })

  test('does not grow with what says nothing any more', async () => {
    const file = newFile()
    const journal = await Journal.open(file, { keepMs: 3_600_000, maxWaste: 20 })
    for (let round = 0; round < 200; round++) await journal.markWatched(['HV-01', 'HV-02'])
    await journal.add({ id: 'a' })
    await journal.close()
    const { lines } = decodeLines(readFileSync(file))
    assert.ok(lines.length < 40, `${lines.length} lines`)
    assert.deepEqual(await kept(file, ['a']), ['a'])
  })

  test('knows when a host was last watched, also when it is opened again', async () => {
    const file = newFile()
    mock.timers.enable({ apis: ['Date'], now: Date.UTC(2026, 0, 1) })
    try {
      const journal = await openJournal(file)
      assert.equal(journal.lastWatched('HV-01'), null)
      await journal.markWatched(['HV-01', 'HV-02'])
      mock.timers.tick(1000)
      await journal.markWatched(['HV-02'])
      await journal.close()
      const again = await openJournal(file)
      assert.deepEqual(again.lastWatched('HV-01'), new Date(Date.UTC(2026, 0, 1)))
      assert.deepEqual(again.lastWatched('HV-02'), new Date(Date.UTC(2026, 0, 1) + 1000))
      await again.close()
    } finally {
      mock.timers.reset()
    }
  })

  test('writes what is pending before it closes, and takes nothing afterwards', async () => {
    const file = newFile()
    const journal = await openJournal(file)
    const adding = journal.add({ id: 'a' })
    await Promise.all([journal.close(), journal.close()])
    await adding
    await assert.rejects(journal.add({ id: 'b' }), refusal('ERR_CLOSED'))
    assert.equal(journal.has({ id: 'a' }), true)
    assert.deepEqual(await kept(file, ['a', 'b']), ['a'])
  })
})

describe('a journal whose disk fails', () => {
  test('refuses the entry, and takes the next one', async () => {
    const file = newFile()
    const journal = await openJournal(file)
    await journal.add({ id: 'a' })
    const handle = await open(__filename)
    const full = Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' })
    const write = mock.method(Object.getPrototypeOf(handle), 'datasync', () => Promise.reject(full))
    await handle.close()
    try {
      await assert.rejects(journal.add({ id: 'b' }), error => {
        assert.ok(refusal('ERR_JOURNAL', 'io')(error))
        assert.equal((error as Error).cause, full)
        assert.match((error as Error).message, /no space left/)
        return true
      })
      assert.equal(journal.has({ id: 'b' }), false)
    } finally {
      write.mock.restore()
    }
    await journal.add({ id: 'c' })
    await journal.close()
    assert.deepEqual(await kept(file, ['a', 'b', 'c']), ['a', 'c'])
  })

  test('says that its folder is missing', async () => {
    await assert.rejects(
      openJournal(join(folder, 'missing', 'journal')),
      error => refusal('ERR_JOURNAL', 'io')(error) && /missing/.test((error as Error).message),
    )
  })
})

describe('a damaged journal', () => {
  const IDS = ['a', 'b', 'c', 'd']

  test('keeps every whole entry wherever it was cut off, and says that it was', async () => {
    const whole = newFile()
    await filled(whole, ...IDS)
    const bytes = readFileSync(whole)
    const ends = [...bytes.keys()].filter(at => bytes[at] === 0x0a)
    const file = newFile()
    for (let length = 1; length < bytes.length; length++) {
      writeFileSync(file, bytes.subarray(0, length))
      const entries = ends.filter(end => end < length).length - 1
      if (entries < 0) {
        await assert.rejects(openJournal(file), refusal('ERR_JOURNAL', 'not-a-journal'))
        continue
      }
      const journal = await openJournal(file)
      assert.deepEqual(
        IDS.filter(id => journal.has({ id })),
        IDS.slice(0, entries),
      )
      const cut = ends.filter(end => end < length).at(-1)! + 1
      assert.deepEqual(journal.damage, cut === length ? null : { offset: cut, bytes: length - cut })
      await journal.add({ id: 'e' })
      await journal.close()
      assert.deepEqual(await kept(file, [...IDS, 'e']), [...IDS.slice(0, entries), 'e'])
    }
  })

  test('loses the entry that a wrong byte is in, and no other', async () => {
    const whole = newFile()
    await filled(whole, ...IDS)
    const bytes = readFileSync(whole)
    const file = newFile()
    const start = bytes.indexOf(0x0a) + 1
    for (let at = start; at < bytes.length; at += 3) {
      const wrong = Buffer.from(bytes)
      wrong[at]! ^= 0x15
      writeFileSync(file, wrong)
      const journal = await openJournal(file)
      const found = IDS.filter(id => journal.has({ id }))
      // A line break that is one no more, or a new one, costs at most its neighbour too.
      assert.ok(found.length >= IDS.length - 2, `${at}: ${found.join()}`)
      assert.notEqual(journal.damage, null)
      await journal.close()
      const repaired = await openJournal(file)
      assert.equal(repaired.damage, null)
      await repaired.close()
    }
  })

  test('without its first line is a journal still', async () => {
    const file = newFile()
    await filled(file, 'a')
    const [, ...lines] = readFileSync(file, 'utf8').split('\n')
    writeFileSync(file, `garbage\n${lines.join('\n')}`)
    assert.deepEqual(await kept(file, ['a']), ['a'])
  })

  test('that holds zeros alone is an empty one', async () => {
    const file = newFile()
    writeFileSync(file, Buffer.alloc(4096))
    const journal = await openJournal(file)
    assert.deepEqual(journal.damage, { offset: 0, bytes: 4096 })
    await journal.close()
  })

  test('says nothing of what a process left that was killed while it replaced the file', async () => {
    const file = newFile()
    await filled(file, 'a')
    writeFileSync(`${file}.next`, 'half a')
    const journal = await openJournal(file)
    assert.equal(journal.damage, null)
    assert.equal(journal.has({ id: 'a' }), true)
    await journal.close()
  })
})

describe('a file that is no journal', () => {
  for (const [what, content] of [
    ['a text', 'Dear diary,\n'],
    ['another JSON', '{"id":"a"}\n'],
    ['a later version', encodeLine({ ...HEADER, version: 2 } as typeof HEADER)],
  ] as const) {
    test(`is left alone: ${what}`, async () => {
      const file = newFile()
      writeFileSync(file, content)
      await assert.rejects(openJournal(file), refusal('ERR_JOURNAL', 'not-a-journal'))
      assert.equal(readFileSync(file, 'utf8'), content)
      // The lock was released: the refusal is the same.
      await assert.rejects(openJournal(file), refusal('ERR_JOURNAL', 'not-a-journal'))
    })
  }

  test('lines of an unknown kind count as damage', () => {
    const unknown = encodeLine({ at: 1, what: 'else' } as never) + encodeLine(null as never)
    const { lines, damage } = decodeLines(Buffer.from(encodeLine(HEADER) + unknown))
    assert.equal(lines.length, 1)
    assert.equal(damage?.bytes, unknown.length)
  })
})

describe('one journal at a time', () => {
  test('a second one on the same file is refused until the first is closed', async () => {
    const file = newFile()
    const journal = await openJournal(file)
    await assert.rejects(openJournal(file), error => {
      assert.ok(refusal('ERR_JOURNAL', 'in-use')(error))
      assert.match((error as Error).message, /a journal of its own/)
      return true
    })
    await journal.close()
    await (await openJournal(file)).close()
  })

  test('another way to write its name makes no difference', {
    skip: process.platform === 'win32',
  }, async () => {
    const file = newFile()
    await filled(file, 'a')
    const link = newFile()
    symlinkSync(file, link)
    const journal = await openJournal(link)
    assert.equal(journal.file, file)
    await assert.rejects(openJournal(file), refusal('ERR_JOURNAL', 'in-use'))
    await journal.close()
  })

  test('another process is refused; once it was killed, nothing is left of its lock', async () => {
    const file = newFile()
    const child = spawn(
      process.execPath,
      [join(__dirname, 'journal-child.js'), file, '0', '1000000', '1000'],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    )
    await once(child.stdout, 'data')
    await assert.rejects(openJournal(file), refusal('ERR_JOURNAL', 'in-use'))
    const closed = once(child, 'close')
    child.kill('SIGKILL')
    await closed
    const started = performance.now()
    await (await openJournal(file)).close()
    assert.ok(performance.now() - started < 2_000)
  })

  test('an open journal keeps no process alive', async () => {
    const script = `require(${JSON.stringify(join(__dirname, '../../lib/entries/fleet.js'))})
      .openJournal(${JSON.stringify(newFile())}).then(journal => journal.add({ id: 'a' }))`
    const child = spawn(process.execPath, ['-e', script], { stdio: 'inherit', timeout: 20_000 })
    assert.deepEqual(await once(child, 'close'), [0, null])
  })

  test('leaves the lock and the journal, and nothing else', async () => {
    const file = newFile()
    await filled(file, 'a')
    const name = `journal-${files}`
    const left = readdirSync(folder).filter(entry => entry.split('.')[0] === name)
    assert.deepEqual(left.sort(), [name, `${name}.lock`])
  })
})

test('a process that is killed again and again loses nothing and repeats nothing', async () => {
  const { lost, repeated, added } = await killJournals(newFile(), 20, 1)
  assert.deepEqual({ lost, repeated }, { lost: [], repeated: [] })
  assert.ok(added > 20, `${added} entries`)
})

describe('bad input', () => {
  for (const file of [undefined, '', 7, 'a\0b']) {
    test(`no journal in ${JSON.stringify(file)}`, async () => {
      await assert.rejects(openJournal(file as string), refusal('ERR_INVALID_ARG'))
    })
  }
  for (const options of [null, 'a', { keepMs: 0 }, { keepMs: 'long' }]) {
    test(`no journal with ${JSON.stringify(options)}`, async () => {
      await assert.rejects(openJournal(newFile(), options as { keepMs: number }), refusal('ERR_INVALID_ARG'))
    })
  }
  test('no item without an id', async () => {
    await using journal = await openJournal(newFile())
    for (const item of [undefined, null, {}, { id: '' }, { id: 7 }, { id: 'x'.repeat(5000) }]) {
      await assert.rejects(journal.add(item as JournalItem), refusal('ERR_INVALID_ARG'))
      assert.throws(() => journal.has(item as JournalItem), refusal('ERR_INVALID_ARG'))
    }
  })
})

test('what is appended by somebody else counts as damage', async () => {
  const file = newFile()
  await filled(file, 'a')
  appendFileSync(file, 'hello')
  const journal = await openJournal(file)
  assert.equal(journal.damage?.bytes, 5)
  await journal.close()
})
