/**
 * Proxy blankets, as the simulator was given them: that they have their effect only a real remote host can show.
 * Source: Microsoft Learn, "CoSetProxyBlanket function" and "Setting the Security on IWbemServices and Other Proxies".
 */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type ConnectOptions, connect } from '../../lib/entries'
import { type Blanket, startSimulator } from '../../simulator'
import { migration, next, PATIENCE_MS } from './watching'

/** rpcdce.h and objidl.h. */
const RPC_C_AUTHN_WINNT = 10
const RPC_C_AUTHN_DEFAULT = 0xffff_ffff
const RPC_C_AUTHZ_NONE = 0
const RPC_C_AUTHZ_DEFAULT = 0xffff_ffff
const RPC_C_AUTHN_LEVEL_CALL = 3
const RPC_C_AUTHN_LEVEL_PKT_PRIVACY = 6
const RPC_C_IMP_LEVEL_IMPERSONATE = 3
const EOAC_NONE = 0

const LOCAL = {
  authentication: RPC_C_AUTHN_WINNT,
  authorization: RPC_C_AUTHZ_NONE,
  principal: null,
  level: RPC_C_AUTHN_LEVEL_CALL,
  impersonation: RPC_C_IMP_LEVEL_IMPERSONATE,
  capabilities: EOAC_NONE,
  identity: null,
}
const REMOTE = {
  authentication: RPC_C_AUTHN_DEFAULT,
  authorization: RPC_C_AUTHZ_DEFAULT,
  principal: 'default',
  level: RPC_C_AUTHN_LEVEL_PKT_PRIVACY,
  impersonation: RPC_C_IMP_LEVEL_IMPERSONATE,
  capabilities: EOAC_NONE,
  identity: null,
}

/** Everything that makes a proxy: a connection, a query, a subscription with a connection of its own. */
async function blanketsOf(options: ConnectOptions): Promise<Blanket[]> {
  const simulator = startSimulator({ jobs: [migration('A')] }, { recordBlankets: true })
  try {
    const session = await connect(options)
    await session.getErrorEx('A')
    await session.jobs()
    // Before the watch begins, whose calls come at their own time.
    const calls = simulator.calls()
    for (const { proxy, callsBefore } of simulator.blankets()) {
      const made = proxy === 'IWbemServices' ? ['connect'] : ['query', 'subscribe']
      assert.ok(
        made.includes(calls[callsBefore - 1]?.operation ?? ''),
        'set before the first use of the proxy',
      )
    }
    await using watch = session.watch({ signal: AbortSignal.timeout(PATIENCE_MS) })
    await next(watch, 'state')
    const blankets = simulator.blankets()
    await session.close()
    return blankets
  } finally {
    simulator.stop()
  }
}

/** The connection's own, the query's, and the two of the subscription. */
const PROXIES = ['IWbemServices', 'IEnumWbemClassObject', 'IWbemServices', 'IEnumWbemClassObject'] as const

/** The listing of a watch makes a proxy as well, at its own time. */
function firstOf(blankets: readonly Blanket[], count: number) {
  return blankets.slice(0, count).map(({ callsBefore: _, ...blanket }) => blanket)
}

describe('proxy blankets', () => {
  test('are those of a local provider on this computer', async () => {
    const blankets = await blanketsOf({})
    assert.deepEqual(
      firstOf(blankets, 4),
      PROXIES.map(proxy => ({ proxy, ...LOCAL })),
    )
  })

  test('encrypt what goes to another computer', async () => {
    const blankets = await blanketsOf({ host: 'HV-01' })
    assert.deepEqual(
      firstOf(blankets, 4),
      PROXIES.map(proxy => ({ proxy, ...REMOTE })),
    )
  })

  const password = 'correct horse'
  const accounts: [string, NonNullable<ConnectOptions['credentials']>, { user: string; domain: string }][] = [
    ['with its domain', { user: 'CONTOSO\\admin', password }, { user: 'admin', domain: 'CONTOSO' }],
    ['as a principal', { user: 'admin@contoso.com', password }, { user: 'admin@contoso.com', domain: '' }],
    [
      'with its domain in the authority',
      { user: 'admin', password, authority: 'ntlmdomain:CONTOSO' },
      { user: 'admin', domain: 'CONTOSO' },
    ],
    [
      'under a Kerberos authority',
      { user: 'admin', password, authority: 'kerberos:CONTOSO\\HV-01' },
      { user: 'admin', domain: '' },
    ],
  ]
  for (const [what, credentials, account] of accounts) {
    test(`carry an account ${what}, on the proxy and on its IUnknown`, async () => {
      const blankets = await blanketsOf({ host: 'HV-01', credentials })
      const identity = { ...account, passwordLength: password.length }
      assert.deepEqual(
        firstOf(blankets, 8),
        PROXIES.flatMap(proxy => [
          { proxy, ...REMOTE, identity },
          { proxy, ...REMOTE, identity },
        ]),
      )
    })
  }
})
