/** What commands that connect have in common. */
import type { Context } from './command'
import { InterruptedError } from './failures'
import { simulatedAddon } from './simulated-host'
import type { CliIo, CliSession } from './types'

/** Connects as the command line says. */
export async function openSession(
  { connect, connection: { simulate, ...options } }: Pick<Context, 'connect' | 'connection'>,
  signal: AbortSignal,
): Promise<CliSession> {
  return connect({ ...options, ...(await simulatedAddon(simulate)), signal })
}

/** Connects, works, and closes the session whatever comes; Ctrl-C ends all of it with exit code 130. */
export async function inSession<Result>(
  context: Context,
  work: (session: CliSession, signal: AbortSignal) => Promise<Result>,
  interrupted?: () => string,
): Promise<Result> {
  const connected = async (signal: AbortSignal) => {
    const session = await openSession(context, signal)
    try {
      return await work(session, signal)
    } finally {
      await session.close()
    }
  }
  return interruptible(context.io, connected, interrupted)
}

/** Ctrl-C ends the work with exit code 130. */
export async function interruptible<Result>(
  io: CliIo,
  work: (signal: AbortSignal) => Promise<Result>,
  interrupted: () => string = () => 'interrupted',
): Promise<Result> {
  const signal = io.interruption()
  try {
    signal.throwIfAborted()
    return await work(signal)
  } catch (error) {
    if (!signal.aborted || error !== signal.reason) throw error
    throw new InterruptedError(interrupted())
  }
}
