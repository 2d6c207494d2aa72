/** Examines, step by step, what has to work before the package can read a job's errors. */
import { abortController, throwIfAborted } from '../base/abort'
import { now } from '../base/clock'
import { deadlineOf, follow } from '../base/deadline'
import { type ConnectOptions, type ConnectSettings, checkConnectOptions } from '../session/connect-options'
import { Session } from '../session/session'
import type { NativeAddon } from '../wmi/addon'
import { Transport } from '../wmi/transport'
import { CHECK_IDS, type Check, type CheckId, type Finding, fail, skip } from './check'
import { connectionFindings } from './connection-checks'
import { classesCheck, eventsCheck, getErrorExCheck, vmmsCheck } from './hyper-v-checks'
import { endpointMapperCheck, nameCheck } from './network-checks'
import { addonCheck, architectureCheck, platformCheck, runtimeCheck } from './process-checks'
import { SURROUNDINGS, type Surroundings } from './surroundings'

/** Where the package would connect. `timeoutMs` is the limit of each check: milliseconds, default 10,000. */
export type ExamineOptions = ConnectOptions

export interface Examination {
  /** Every check, in the order of `CheckId`, also those that were skipped. */
  readonly checks: readonly Check[]
}

const DEFAULT_TIMEOUT_MS = 10_000

/**
 * Finds out why the package does not work somewhere, or that it does. A check that fails is a result: nothing is thrown
 * for it, and no check takes longer than its limit. Changes nothing on the host.
 * @throws InvalidArgumentError; the signal's reason when it aborts
 */
export async function examine(options: ExamineOptions = {}): Promise<Examination> {
  return examineIn(SURROUNDINGS, options)
}

/** {@link examine} in other surroundings than those of this process. */
export async function examineIn(surroundings: Surroundings, options: ExamineOptions): Promise<Examination> {
  const settings = checkConnectOptions(options, DEFAULT_TIMEOUT_MS)
  throwIfAborted(settings.signal)
  const { finding, located } = addonCheck(surroundings, settings.addon)
  const isAddonGiven = settings.addon !== undefined
  const findings: Findings = {
    platform: platformCheck(surroundings, isAddonGiven),
    architecture: architectureCheck(surroundings, isAddonGiven),
    runtime: runtimeCheck(surroundings),
    addon: finding,
    ...(await networkFindings(surroundings, settings)),
    ...(located === null ? {} : await wmiFindings(surroundings, settings, located.addon)),
  }
  throwIfAborted(settings.signal)
  return {
    checks: CHECK_IDS.map(id => ({ id, ...(findings[id] ?? skip('there is no addon to call WMI with')) })),
  }
}

type Findings = Partial<Record<CheckId, Finding>>

async function networkFindings(
  surroundings: Surroundings,
  { native: { host }, timeoutMs, signal }: ConnectSettings,
): Promise<Findings> {
  if (host === null) {
    const here = skip('this computer is examined')
    return { 'name-resolution': here, 'rpc-endpoint-mapper': here }
  }
  const limited = (work: (stop: AbortSignal) => Promise<Finding>) => withinLimit(work, timeoutMs, signal)
  return {
    'name-resolution': await limited(() => nameCheck(surroundings, host)),
    'rpc-endpoint-mapper': await limited(stop => endpointMapperCheck(surroundings, host, stop)),
  }
}

/** Ends what takes longer than its limit, whether it listens to the signal or not. */
async function withinLimit(
  work: (stop: AbortSignal) => Promise<Finding>,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<Finding> {
  const stop = abortController()
  const deadline = deadlineOf({ timeoutMs, signal })
  const expired = new Error(`no answer within ${timeoutMs} ms`)
  try {
    return await follow(work(stop.signal), deadline, () => expired)
  } catch (error) {
    if (error !== expired) throw error
    return fail(expired.message, 'see whether the computer is up and what the network lets through')
  } finally {
    stop.abort()
  }
}

async function wmiFindings(
  surroundings: Surroundings,
  settings: ConnectSettings,
  addon: NativeAddon,
): Promise<Findings> {
  const { native, timeoutMs, signal } = settings
  const { host, namespace } = native
  const groups = host === null ? await surroundings.groups(timeoutMs) : null
  throwIfAborted(signal)
  const session = Session.of(settings, addon)
  try {
    const startedAt = now()
    const error = await session.open(deadlineOf(settings)).then(
      () => null,
      (reason: unknown) => reason,
    )
    throwIfAborted(signal)
    const findings = connectionFindings({ error, tookMs: now() - startedAt, namespace, host, groups })
    if (error !== null) return { ...findings, ...hyperVSkipped(skip('there is no connection')) }
    const limit = { timeoutMs, ...(signal === undefined ? {} : { signal }) }
    const open = () => new Transport(native, addon)
    return {
      ...findings,
      vmms: await vmmsCheck(session, limit),
      classes: await classesCheck(session, limit),
      'get-error-ex': await getErrorExCheck(session, limit),
      events: await eventsCheck(open, false, settings, surroundings.firstAnswerMs),
      'events-within': await eventsCheck(open, true, settings, surroundings.firstAnswerMs),
    }
  } finally {
    await session.close({ timeoutMs: 1 })
  }
}

function hyperVSkipped(finding: Finding): Findings {
  return {
    vmms: finding,
    classes: finding,
    'get-error-ex': finding,
    events: finding,
    'events-within': finding,
  }
}
