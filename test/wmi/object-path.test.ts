import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { InvalidArgumentError } from '../../lib/base/errors'
import { jobFromInstance } from '../../lib/records/job'
import {
  checkMethodName,
  checkNamespace,
  checkObjectPath,
  type JobRef,
  jobPath,
  parseJobRef,
  wqlString,
} from '../../lib/wmi/object-path'

const NAMESPACE = 'root\\virtualization\\v2'
const ID = '8B7A4F0E-6C2D-4F57-9B4B-0D9B7F0B1A11'
const PATH = `Msvm_MigrationJob.InstanceID="${ID}"`

function refused(run: () => unknown, message: RegExp): void {
  assert.throws(run, (error: unknown) => {
    assert.ok(error instanceof InvalidArgumentError, String(error))
    assert.match(error.message, message)
    return true
  })
}

/** The same numbers for the same seed (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Ids made of the characters that mean something in a path or a query, and of others. */
function* hostileIds(count: number): Generator<string> {
  const random = randomNumbers(7)
  const parts = [
    '\\',
    '"',
    "'",
    '=',
    '.',
    ',',
    ':',
    '/',
    '@',
    '*',
    '%',
    ' ',
    'a',
    'Z',
    '9',
    'é',
    '日',
    '😀',
    '\u200b',
  ]
  for (let made = 0; made < count; made++) {
    const length = 1 + Math.floor(random() * 40)
    yield Array.from({ length }, () => parts[Math.floor(random() * parts.length)]).join('')
  }
}

describe('jobPath and parseJobRef', () => {
  test('build and read back any id', () => {
    for (const id of hostileIds(5000)) {
      const path = jobPath('Msvm_StorageJob', id)
      const expected = { className: 'Msvm_StorageJob', instanceId: id, path }
      assert.deepEqual(parseJobRef(path, NAMESPACE), expected)
      assert.deepEqual(parseJobRef(`\\\\HV-01\\${NAMESPACE}:${path}`, NAMESPACE), expected)
      assert.deepEqual(parseJobRef({ className: 'Msvm_StorageJob', instanceId: id }, NAMESPACE), expected)
      assert.deepEqual(checkObjectPath(path), { className: 'Msvm_StorageJob' })
    }
  })

  test('let no id end its own literal', () => {
    for (const id of hostileIds(5000)) {
      const literal = jobPath('Msvm_MigrationJob', id).slice('Msvm_MigrationJob.InstanceID='.length)
      assert.match(literal, /^"(?:[^"\\]|\\[\\"])*"$/)
    }
  })

  test('escape the backslash before the quotation mark', () => {
    assert.equal(jobPath('Msvm_MigrationJob', 'a\\"b'), 'Msvm_MigrationJob.InstanceID="a\\\\\\"b"')
  })
})

describe('parseJobRef', () => {
  const migration = { className: 'Msvm_MigrationJob', instanceId: ID, path: PATH }

  test('takes a bare id for a migration whose class nobody named', () => {
    assert.deepEqual(parseJobRef(ID, NAMESPACE), migration)
    assert.deepEqual(parseJobRef({ instanceId: ID }, NAMESPACE), migration)
    assert.equal(
      parseJobRef('Microsoft:a\\b', NAMESPACE).path,
      'Msvm_MigrationJob.InstanceID="Microsoft:a\\\\b"',
    )
  })

  const accepted: Readonly<Record<string, string>> = {
    'a relative path': PATH,
    'a full path': `\\\\HV-01\\root\\virtualization\\v2:${PATH}`,
    'the local host as a dot': `\\\\.\\root\\virtualization\\v2:${PATH}`,
    'slashes for backslashes': `//hv-01.example.org/root/virtualization/v2:${PATH}`,
    'a namespace without a host': `root\\virtualization\\v2:${PATH}`,
    'a namespace in another case': `\\\\HV-01\\ROOT\\Virtualization\\V2:${PATH}`,
    'a class and a key in another case': `MSVM_MIGRATIONJOB.instanceid="${ID}"`,
    'a key without a name': `Msvm_MigrationJob="${ID}"`,
    'single quotation marks': `Msvm_MigrationJob.InstanceID='${ID}'`,
  }
  for (const [what, path] of Object.entries(accepted)) {
    test(`takes ${what}`, () => assert.deepEqual(parseJobRef(path, NAMESPACE), migration))
  }

  test('takes a job record', () => {
    const properties = { InstanceID: { type: 'string', array: false, value: ID } } as const
    const job = jobFromInstance({ className: 'Msvm_MigrationJob', properties }, PATH)
    assert.deepEqual(parseJobRef(job, NAMESPACE), migration)
  })

  test('takes the path of a record whose InstanceID is NULL', () => {
    assert.deepEqual(
      parseJobRef({ className: 'Msvm_MigrationJob', instanceId: null, path: PATH }, NAMESPACE),
      migration,
    )
  })

  test('takes a class that only a record can name', () => {
    const path = 'Msvm_TeleportJob.InstanceID="a"'
    const expected = { className: 'Msvm_TeleportJob', instanceId: 'a', path }
    assert.deepEqual(parseJobRef({ className: 'Msvm_TeleportJob', instanceId: 'a' }, NAMESPACE), expected)
    assert.deepEqual(parseJobRef({ path }, NAMESPACE), expected)
    refused(() => parseJobRef(path, NAMESPACE), /one of the classes Msvm_MigrationJob, /)
  })

  const refusals: readonly [what: string, ref: unknown, message: RegExp][] = [
    [
      'an empty text',
      '',
      /expected an InstanceID or an object path that is not empty for `job`, received "" \(string\)/,
    ],
    ['NUL', `a\0b`, /without control characters/],
    ['a line break', 'a\nb', /without control characters/],
    ['a C1 control character', 'a\u009bb', /without control characters/],
    ['a lone surrogate', 'a\ud800', /without lone surrogates/],
    ['a text that is too long', 'x'.repeat(1025), /at most 1024 UTF-16 units/],
    ['an id that its escapes make too long', '"'.repeat(600), /escaped path has at most 1024/],
    ['another class', 'Win32_Process.Handle="1"', /such as Msvm_MigrationJob\.InstanceID/],
    ['a class that is no job', `Msvm_ComputerSystem.InstanceID="${ID}"`, /one of the classes/],
    ['another namespace', `\\\\HV-01\\root\\cimv2:${PATH}`, /session's namespace root\\virtualization\\v2/],
    ['a namespace that only begins alike', `root\\virtualization\\v2\\x:${PATH}`, /session's namespace/],
    ['another key', `Msvm_MigrationJob.Name="${ID}"`, /such as Msvm_MigrationJob/],
    ['two keys', `${PATH},Name="x"`, /such as Msvm_MigrationJob/],
    ['text after the path', `${PATH}x`, /such as Msvm_MigrationJob/],
    ['a path into a property', `${PATH}.JobState`, /such as Msvm_MigrationJob/],
    ['an unterminated literal', `Msvm_MigrationJob.InstanceID="${ID}`, /such as Msvm_MigrationJob/],
    ['a literal whose end is escaped', `Msvm_MigrationJob.InstanceID="${ID}\\"`, /such as Msvm_MigrationJob/],
    ['an escape that is none', 'Msvm_MigrationJob.InstanceID="a\\b"', /such as Msvm_MigrationJob/],
    ['an empty id in a path', 'Msvm_MigrationJob.InstanceID=""', /such as Msvm_MigrationJob/],
    ['a number for an id', 'Msvm_MigrationJob.InstanceID=5', /such as Msvm_MigrationJob/],
    ['a singleton', 'Msvm_MigrationJob=@', /such as Msvm_MigrationJob/],
    ['a host without a class', '\\\\HV-01\\root\\virtualization\\v2', /such as Msvm_MigrationJob/],
    [
      'a number',
      5,
      /expected an InstanceID, an object path or a job record for `job`, received 5 \(number\)/,
    ],
    ['null', null, /received null/],
    ['undefined', undefined, /received undefined/],
    ['an empty object', {}, /with a path or an instanceId for `job`, received an object/],
    ['an array', [ID], /received an array/],
    ['a function', () => ID, /received a function/],
    ['an id that is no text', { instanceId: 5 }, /`job\.instanceId`, received 5 \(number\)/],
    ['an empty id', { instanceId: '' }, /that is not empty for `job\.instanceId`/],
    ['a path that is no text', { path: 5 }, /an object path for `job`, received 5/],
    [
      'a class name that is no name',
      { className: 'a.b', instanceId: 'x' },
      /`job\.className`, received "a\.b"/,
    ],
  ]
  for (const [what, ref, message] of refusals) {
    test(`refuses ${what}`, () => refused(() => parseJobRef(ref as JobRef, NAMESPACE), message))
  }

  test('shows no more than the start of a long value', () => {
    refused(() => parseJobRef('x'.repeat(2000), NAMESPACE), /received "x{100}…" \(string\)$/)
  })
})

describe('checkObjectPath', () => {
  const accepted: Readonly<Record<string, string>> = {
    StdRegProv: 'StdRegProv',
    'Win32_Process.Handle="4"': 'Win32_Process',
    'Win32_Service.Name=\'a "b"\'': 'Win32_Service',
    'X.A="1,B=2",B=-5,C=TRUE,D=0x1F': 'X',
    '__SystemSecurity=@': '__SystemSecurity',
    'Win32_LogicalDisk="C:"': 'Win32_LogicalDisk',
    '\\\\.\\root\\cimv2:Win32_Process.Handle="4"': 'Win32_Process',
    'root\\default:StdRegProv': 'StdRegProv',
  }
  for (const [path, className] of Object.entries(accepted)) {
    test(`takes ${path}`, () => assert.deepEqual(checkObjectPath(path), { className }))
  }

  const REFUSED = [
    '',
    ' ',
    'a b',
    '1a',
    'X.',
    'X.A',
    'X.A=',
    'X.A="1",',
    'X.A="1";',
    'X="',
    'X=',
    'X.A=x',
    'X=@ ',
    ':X',
  ]
  for (const path of REFUSED) {
    test(`refuses ${JSON.stringify(path)}`, () => refused(() => checkObjectPath(path), /for `objectPath`/))
  }

  test('refuses control characters, lone surrogates and more than 1 KiB', () => {
    refused(() => checkObjectPath('X="a\0"'), /control characters/)
    refused(() => checkObjectPath('X="\udc00"'), /lone surrogates/)
    refused(() => checkObjectPath(`X="${'a'.repeat(1024)}"`), /1024/)
    refused(() => checkObjectPath(undefined as unknown as string), /received undefined/)
  })
})

describe('the other names', () => {
  test('wqlString escapes what could end a literal', () => {
    assert.equal(wqlString(`a\\b"c'd`), `'a\\\\b\\"c\\'d'`)
    assert.equal(wqlString(''), `''`)
    refused(() => wqlString('a\0'), /control characters/)
    refused(() => wqlString(5 as unknown as string), /received 5/)
  })

  test('checkMethodName takes a name and nothing else', () => {
    assert.equal(checkMethodName('GetErrorEx'), 'GetErrorEx')
    for (const name of ['', 'Get Error', 'a.b', '1a', 'a\0'])
      refused(() => checkMethodName(name), /for `method`/)
    refused(() => checkMethodName(Symbol('a') as unknown as string), /received a symbol/)
  })

  test('checkNamespace takes either separator and gives backslashes', () => {
    assert.equal(checkNamespace('root/virtualization/v2'), 'root\\virtualization\\v2')
    assert.equal(checkNamespace('root\\HyperVCluster\\v2'), 'root\\HyperVCluster\\v2')
    for (const name of ['', '\\root', 'root\\', 'root\\\\v2', 'root:v2', '\\\\host\\root', 'ro ot']) {
      refused(() => checkNamespace(name), /for `namespace`/)
    }
  })

  test('jobPath refuses a class name that is no name', () => {
    refused(() => jobPath('a"b', 'x'), /a class name .* for `className`/)
    refused(() => jobPath('Msvm_MigrationJob', ''), /not empty/)
  })
})
