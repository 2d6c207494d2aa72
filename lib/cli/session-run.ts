/** What commands that connect have in common. */
import type { Context } from './command'
import { InterruptedError } from './failures'
import { simulatedHost } from './simulated-host'
import type { CliSession } from './types'

/** Connects as the command line says. */
export async function openSession(
  { connect, connection: { simulate, ...options } }: Pick<Context, 'connect' | 'connection'>,
  signal: AbortSignal,
): Promise<CliSession> {
  const addon = simulate === undefined ? {} : { addon: await simulatedHost(simulate) }
  return connect({ ...options, ...addon, signal })
}

/** Connects, works, and closes the session whatever comes; Ctrl-C ends all of it with exit code 130. */
export async function inSession<Result>(
  context: Context,
  work: (session: CliSession, signal: AbortSignal) => Promise<Result>,
  interrupted: () => string = () => 'interrupted',
): Promise<Result> {
  const signal = context.io.interruption()
  try {
    signal.throwIfAborted()
    const session = await openSession(context, signal)
    try {
      return await work(session, signal)
    } finally {
      await session.close()
    }
  } catch (error) {
    if (!signal.aborted || error !== signal.reason) throw error
    throw new InterruptedError(interrupted())
  }
}
