/** `--simulate`: a host as a scenario file describes it. */
import { readFileSync } from 'node:fs'
import type { SimulatedHost } from '../testing/simulate'
import { UsageError } from './failures'
import { decodeBytes } from './input'

/** For the options of `connect`: nothing without `--simulate`. @throws like {@link simulatedHost} */
export async function simulatedAddon(file: string | undefined): Promise<{ readonly addon?: SimulatedHost }> {
  return file === undefined ? {} : { addon: await simulatedHost(file) }
}

/** @throws UsageError, InvalidArgumentError, and what reading a file may throw */
export async function simulatedHost(file: string): Promise<SimulatedHost> {
  const text = decodeBytes(readFileSync(file))
  let scenario: unknown
  try {
    scenario = JSON.parse(text)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new UsageError(`--simulate expects a scenario in JSON, ${JSON.stringify(file)} is none: ${why}`)
  }
  const { simulate } = await import('../testing/simulate.js')
  // It checks the whole of what it is given.
  return simulate(scenario as Parameters<typeof simulate>[0])
}
