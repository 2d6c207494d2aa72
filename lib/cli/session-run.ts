/** What commands that connect have in common. */
import type { Context } from './command'
import { InterruptedError } from './failures'
import type { CliSession } from './types'

/** Connects, works, and closes the session whatever comes; Ctrl-C ends all of it with exit code 130. */
export async function inSession<Result>(
  { io, connect, connection }: Context,
  work: (session: CliSession, signal: AbortSignal) => Promise<Result>,
  interrupted: () => string = () => 'interrupted',
): Promise<Result> {
  const signal = io.interruption()
  try {
    signal.throwIfAborted()
    const session = await connect({ ...connection, signal })
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
