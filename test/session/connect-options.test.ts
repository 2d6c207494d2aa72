import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { inspect } from 'node:util'
import { type ConnectOptions, connect, nameOf, ReturnValue } from '../../lib/entries'
import { hresult } from '../support/fake-addon'
import { fakeHost, pathOf } from '../support/fake-host'

const SECRET = 'correct horse battery staple'
const ok = { user: 'CONTOSO\\ada', password: SECRET }
const remote = (credentials: object): object => ({ host: 'HV-02', credentials })

const REFUSED: Readonly<Record<string, object>> = {
  'a password with NUL': remote({ ...ok, password: `${SECRET}\0` }),
  'a password of a megabyte': remote({ ...ok, password: SECRET.repeat(40_000) }),
  'a password that is no text': remote({ ...ok, password: 12345 }),
  'a user without a name': remote({ ...ok, user: '\\' }),
  'a domain without a user': remote({ ...ok, user: 'CONTOSO\\' }),
  'a user without a domain before its backslash': remote({ ...ok, user: '\\ada' }),
  'an authority of no known kind': remote({ user: 'ada', password: SECRET, authority: 'junk' }),
  'an authority without a domain': remote({ user: 'ada', password: SECRET, authority: 'ntlmdomain:' }),
  'a domain in user and in authority': remote({ ...ok, authority: 'ntlmdomain:CONTOSO' }),
  'credentials for this computer': { credentials: ok },
  'a credential that is unknown': remote({ ...ok, pasword: SECRET }),
  'a host that turns the direction of text': { host: 'HV\u202e02' },
  'a host with a lone surrogate': { host: 'HV-\ud83d' },
  'a host with a path': { host: 'HV-02\\root' },
  'a host with a zero-width space': { host: 'HV\u200b02' },
}

describe('connect refuses', () => {
  for (const [what, options] of Object.entries(REFUSED)) {
    test(what, async () => {
      await assert.rejects(connect({ addon: fakeHost(), ...options }), error => {
        assert.ok(
          error instanceof Error && 'code' in error && error.code === 'ERR_INVALID_ARG',
          String(error),
        )
        assert.ok(!inspect(error).includes('horse'), 'no secret is shown')
        return true
      })
    })
  }

  test('an unknown option, naming the one that was meant', async () => {
    const options = { addon: fakeHost(), hots: 'HV-02' } as ConnectOptions
    await assert.rejects(connect(options), {
      code: 'ERR_INVALID_ARG',
      message: '`options` has no option `hots`: did you mean `host`?',
    })
  })
})

describe('connect takes', () => {
  const TAKEN: Readonly<Record<string, ConnectOptions>> = {
    'a name in letters of any script': { host: 'hôte-02.contoso.com' },
    'an IPv4 address': { host: '10.0.0.7' },
    'an IPv6 address': { host: '[fe80::1%12]' },
    'a user principal name': { host: 'HV-02', credentials: { user: 'ada@contoso.com', password: SECRET } },
    'a Kerberos principal': {
      host: 'HV-02',
      credentials: { user: 'ada', password: '', authority: 'Kerberos:CONTOSO\\HV-02' },
    },
  }
  for (const [what, options] of Object.entries(TAKEN)) {
    test(what, async () => {
      const session = await connect({ addon: fakeHost(), ...options })
      assert.equal(session.host, options.host)
      await session.close()
    })
  }
})

describe('execMethod', () => {
  test('refuses names of in-parameters that are none, before any call', async () => {
    const addon = fakeHost()
    const session = await connect({ addon })
    for (const name of ['RequestedState\0junk', '', 'a b', '1st', 'x'.repeat(5_000), '\ud800']) {
      await assert.rejects(session.execMethod(pathOf('J'), 'Any', { [name]: 4 }), { code: 'ERR_INVALID_ARG' })
    }
    assert.equal(addon.count('execMethod'), 0)
    await session.close()
  })

  test('does not speak of a job when there is no such class', async () => {
    const addon = fakeHost(new Map(), ({ operation }) =>
      operation === 'execMethod' ? hresult(0x80041002) : undefined,
    )
    const session = await connect({ addon })
    const refused = (path: string, message: RegExp) =>
      assert.rejects(session.execMethod(path, 'Any'), { category: 'job-not-found', message })
    await refused('No_SuchClass', /WMI knows no class or object of that name$/)
    await refused('Msvm_ComputerSystem.Name="x"', /WMI knows no class or object of that name$/)
    await refused(pathOf('J'), /a job vanishes five minutes after it ends$/)
    await session.close()
  })
})

describe('formatError', () => {
  test('answers null for a job without errors, without a call', async () => {
    const addon = fakeHost()
    const session = await connect({ addon })
    const { raw } = await session.getErrorEx('J')
    assert.equal(await session.formatError(raw), null)
    assert.equal(addon.count('query'), 0)
    await session.close()
  })
})

test('return values above the documented list have names', () => {
  assert.deepEqual(
    [32779, 32780, 32788, 32789, 32790].map(value => nameOf(ReturnValue, value)),
    ['FileNotFound', 'NotReady', 'InsufficientResources', 'ObjectNotFound', 'ObjectExists'],
  )
})
