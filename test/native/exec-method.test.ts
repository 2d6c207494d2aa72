import assert from 'node:assert/strict'
import { describe } from 'node:test'
import { ONE_OF_EACH_TYPE } from '../../lib/testing/classes'
import { simulated } from './harness'

const ALL = 'Sim_Types.Name="all"'

/** A value of every CIM type at an edge of its range. */
const VALUES = {
  Boolean: true,
  String: 'tab\t "quoted" \0 🔥',
  Char16: 'ß',
  Uint8: 255,
  Uint16: 65535,
  Uint32: 4294967295,
  Uint64: 18446744073709551615n,
  Sint8: -128,
  Sint16: -32768,
  Sint32: -2147483648,
  Sint64: -9223372036854775808n,
  Real32: 0.5,
  Real64: -1.7976931348623157e308,
  Datetime: '20261122093000.000000+060',
  Reference: 'Msvm_MigrationJob.InstanceID="x"',
  BooleanArray: [true, false],
  StringArray: ['', null, 'x'],
  Char16Array: ['a', '€'],
  Uint8Array: [0, 255],
  Uint16Array: [0, 65535],
  Uint32Array: [0, 0x80000000, 4294967295],
  Uint64Array: [0n, 18446744073709551615n],
  Sint8Array: [-128, 127],
  Sint16Array: [-32768, 32767],
  Sint32Array: [-2147483648, 2147483647],
  Sint64Array: [-9223372036854775808n, 9223372036854775807n],
  Real32Array: [0, -0.25],
  Real64Array: [Number.EPSILON],
  DatetimeArray: ['00000003141526.535897:000'],
  ReferenceArray: [],
} as const

describe('execMethod', () => {
  simulated('passes every CIM type in and out, scalars and arrays', {}, async ctx => {
    const session = await ctx.connect()
    const { returnValue, out } = await session.execMethod(ALL, 'Echo', VALUES)
    assert.equal(returnValue, 0)
    const echoed = Object.fromEntries(Object.keys(VALUES).map(name => [name, out[`Out${name}`]]))
    assert.deepEqual(echoed, VALUES)
    const missing = Object.keys(ONE_OF_EACH_TYPE).filter(name => !(name in VALUES))
    assert.deepEqual(missing, ['Object', 'ObjectArray'], 'embedded objects alone cannot be passed')
  })

  simulated('keeps NULL in both directions', {}, async ctx => {
    const session = await ctx.connect()
    const { out } = await session.execMethod(ALL, 'Echo', {
      String: null,
      Uint32Array: null,
      Boolean: false,
    })
    assert.equal(out.OutString, null)
    assert.equal(out.OutUint32Array, null)
    assert.equal(out.OutBoolean, false)
    assert.equal(out.OutUint64, null)
  })

  simulated('takes 64-bit integers as safe numbers too', {}, async ctx => {
    const session = await ctx.connect()
    const { out } = await session.execMethod(ALL, 'Echo', { Uint64: 7, Sint64: -7 })
    assert.equal(out.OutUint64, 7n)
    assert.equal(out.OutSint64, -7n)
  })

  const unfit: [string, Record<string, unknown>, RegExp][] = [
    ['a number out of range', { Uint8: 256 }, /uint8.*Uint8/],
    ['a fraction for an integer', { Sint16: 1.5 }, /sint16.*Sint16/],
    ['a string for a number', { Uint32: '1' }, /uint32.*Uint32/],
    ['a number for a string', { String: 1 }, /string.*String/],
    ['a negative number for uint64', { Uint64: -1n }, /uint64.*Uint64/],
    ['an unsafe number for uint64', { Uint64: 2 ** 60 }, /uint64.*Uint64/],
    ['a bigint above sint64', { Sint64: 2n ** 63n }, /sint64.*Sint64/],
    ['two units for char16', { Char16: 'ab' }, /UTF-16 unit.*Char16/],
    ['a scalar for an array', { StringArray: 'x' }, /array.*StringArray/],
    ['an array for a scalar', { String: ['x'] }, /string.*String/],
    ['a null item among numbers', { Uint16Array: [1, null] }, /null items.*Uint16Array/],
    ['a number for a boolean', { Boolean: 1 }, /boolean.*Boolean/],
    ['a string for a real', { Real64: '1' }, /number.*Real64/],
    ['an embedded object', { Object: 'x' }, /embedded objects/],
    ['an unknown parameter', { Nope: 1 }, /no in-parameter Nope, it has: .*Boolean/],
  ]
  for (const [what, inParams, message] of unfit) {
    simulated(`refuses ${what} and says what was expected`, {}, async ctx => {
      const session = await ctx.connect()
      const call = session.execMethod(ALL, 'Echo', inParams as Record<string, string>)
      await assert.rejects(call, { code: 'ERR_INVALID_ARG', message })
      assert.ok((await ctx.simulator.calls()).every(({ operation }) => operation !== 'execMethod'))
    })
  }

  simulated('looks class and signature up once per connection', {}, async ctx => {
    const session = await ctx.connect()
    for (let i = 0; i < 3; i++) await session.execMethod(ALL, 'Echo', { Uint8: i })
    const operations = (await ctx.simulator.calls()).map(call => call.operation)
    assert.deepEqual(operations, ['connect', 'getObject', 'execMethod', 'execMethod', 'execMethod'])
  })

  simulated(
    'returns the ReturnValue unchecked',
    {
      jobs: [
        { class: 'Msvm_MigrationJob', properties: { InstanceID: 'x' }, getErrorEx: [{ returnValue: 32768 }] },
      ],
    },
    async ctx => {
      const session = await ctx.connect()
      const result = await session.execMethod('Msvm_MigrationJob.InstanceID="x"', 'GetErrorEx')
      assert.equal(result.returnValue, 32768)
      assert.equal(result.out.Errors, null)
    },
  )

  simulated('reports unknown classes, methods and instances as WMI does', {}, async ctx => {
    const session = await ctx.connect()
    await assert.rejects(session.execMethod('No_Such', 'Echo'), { code: 'ERR_WBEM', hresult: 0x80041002 })
    await assert.rejects(session.execMethod(ALL, 'Nope'), {
      code: 'ERR_WBEM',
      hresult: 0x8004102e,
      category: 'not-supported',
    })
    await assert.rejects(session.execMethod('Sim_Types.Name="nope"', 'Echo'), { hresult: 0x80041002 })
  })

  simulated('refuses arguments before anything is sent', {}, async ctx => {
    const session = await ctx.connect()
    const refused = [
      () => session.execMethod('', 'Echo'),
      () => session.execMethod('a\0b', 'Echo'),
      () => session.execMethod(ALL, ''),
      () => session.execMethod(ALL, 'Echo', [] as never),
      () => session.execMethod(ALL, 'Echo', { Uint64: 2n ** 64n }),
      () => session.execMethod(ALL, 'Echo', { String: Symbol('x') as never }),
      () => session.execMethod(ALL, 'Echo', {}, { timeoutMs: 0 }),
      () => session.execMethod(ALL, 'Echo', {}, { signal: {} as never }),
    ]
    for (const call of refused) await assert.rejects(call, { code: 'ERR_INVALID_ARG' })
    assert.equal((await ctx.simulator.calls()).length, 1)
  })
})
