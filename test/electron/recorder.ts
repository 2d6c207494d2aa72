/**
 * Runs in Windows node.exe with the simulator started: reads every job and its errors with the real addon, and prints
 * them, serialised as a structured clone is, in base64.
 */
import { serialize } from 'node:v8'
import { connect, isHyperVError, MethodError } from '../../lib/entries'
import type { Recorded, RecordedJob } from './recording'

async function main(): Promise<void> {
  const session = await connect()
  const recorded: RecordedJob[] = []
  for (const job of await session.jobs({ classes: 'all' })) {
    try {
      const { undecodable, ...result } = await session.getErrorEx(job)
      // Serialising an error would lose its own properties.
      const refused = undecodable.map(({ index, raw, error }) => {
        const { rule, message, offset, line, column } = error
        return { index, raw, error: { rule, message, offset, line, column } }
      })
      recorded.push({ job, answer: { ...result, undecodable: refused }, failure: null })
    } catch (error) {
      if (!isHyperVError(error) || !(error instanceof MethodError)) throw error
      const { operation, returnValue, returnName } = error
      recorded.push({ job, answer: null, failure: { operation, returnValue, returnName } })
    }
  }
  await session.close()
  const all: Recorded = { node: process.version, platform: process.platform, jobs: recorded }
  process.stdout.write(serialize(all).toString('base64'))
}

void main()
