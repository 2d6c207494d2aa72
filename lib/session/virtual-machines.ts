/**
 * The names of virtual machines. A job names its machine by an id alone. Names are kept for a while, and asked for
 * together: one query at a time, for all that are wanted meanwhile.
 */
import { lookInto, refuse } from '../base/arguments'
import { now } from '../base/clock'
import { deadlineOf } from '../base/deadline'
import { JOB_CLASS_NAMES } from '../cim/names'
import type { Job } from '../records/job'
import type { NativeObject } from '../wmi/addon'
import { propertiesFromNative } from '../wmi/from-native'
import { keyOfPath } from '../wmi/object-path'
import { type Operation, querying } from '../wmi/operations'
import type { Transport } from '../wmi/transport'
import { wql } from '../wmi/wql'

/** Which virtual machine a job is about. */
export interface VirtualMachine {
  /** `Msvm_ComputerSystem.Name`, a GUID on a real host. */
  readonly id: string
  /** `Msvm_ComputerSystem.ElementName`; null when it is not known, or not known yet. */
  readonly name: string | null
}

/** A machine is renamed rarely; one that is missing may be on its way. */
const KNOWN_MS = 10 * 60_000
const MISSING_MS = 30_000
const QUERY_MS = 10_000
/** After a failure nothing is asked for by itself: each query that hangs would hold a thread. */
const FAILED_MS = 60_000
/** Of one query: WMI refuses conditions that are too long. */
const MAX_IDS = 40
const MACHINE = 'Msvm_ComputerSystem'
/**
 * Which elements jobs affect. All of them at once, because many jobs fail together. Microsoft Learn:
 * "Msvm_AffectedJobElement class".
 */
const AFFECTED = 'SELECT AffectedElement, AffectingElement FROM Msvm_AffectedJobElement'
const GUID = /^\{?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?$/i

interface Dated {
  readonly until: number
}

interface Known extends Dated {
  readonly name: string | null
}

/** @throws InvalidArgumentError */
export function checkJobRecord(job: Job): Job {
  const given: unknown = job
  const isRecord =
    typeof given === 'object' &&
    given !== null &&
    lookInto('job', () => 'kind' in given && 'className' in given && typeof given.className === 'string')
  return isRecord ? job : refuse('job', 'a job record', given)
}

export class VirtualMachines {
  readonly #transport: Transport
  readonly #names = new Map<string, Known>()
  /** Ids to ask for next, as they were given. */
  #wanted = new Map<string, string>()
  #asking: Promise<void> | undefined
  /** Of jobs that do not say it themselves, by key; those that were not found are not asked for again soon. */
  #ofJobs: ReadonlyMap<string, string> = new Map()
  readonly #notFound = new Map<string, Dated>()
  #lookingUp: Promise<void> | undefined
  #isPausedUntil = 0

  /** Asks beside the calls that are counted, and without repetitions: nobody depends on a name. */
  constructor(transport: Transport) {
    this.#transport = transport
  }

  /** Whether a job's name can be asked for together with others, so that it is worth doing so early. */
  isWanted(job: Job): boolean {
    return idIn(job) !== undefined && this.isUnknown(job)
  }

  /**
   * Null for a machine that the host does not know.
   * @throws WbemError and what else a query may fail with
   */
  async name(id: string): Promise<string | null> {
    const known = this.#known(id)
    if (known !== undefined) return known.name
    this.#wanted.set(keyOf(id), id)
    // What is being asked at present was put together before.
    if (this.#asking !== undefined) await this.#asking.catch(() => {})
    if (this.#wanted.has(keyOf(id))) await this.#ask()
    return this.#known(id)?.name ?? null
  }

  /** What is known of a job's machine at once; null when the job does not say which it is. */
  of(job: Job): VirtualMachine | null {
    const id = this.#idOf(job)
    if (id === null || id === undefined) return null
    // Not every host gives ids: a name says who it is.
    return { id, name: this.#known(id)?.name ?? (GUID.test(id) ? null : id) }
  }

  /** Whether {@link find} may find more than {@link of} knows. */
  isUnknown(job: Job): boolean {
    if (this.#isPausedUntil > now()) return false
    const id = this.#idOf(job)
    if (id === undefined) return true
    return id !== null && GUID.test(id) && this.#known(id) === undefined
  }

  /** Asks for what is not known. Never fails. */
  async find(job: Job): Promise<void> {
    try {
      if (this.#idOf(job) === undefined) await this.#lookUp(job)
      const id = this.#idOf(job)
      if (typeof id === 'string' && GUID.test(id)) await this.name(id)
    } catch {
      // Items go without the name.
      this.#isPausedUntil = now() + FAILED_MS
    }
  }

  /** Undefined while nobody has looked. */
  #idOf(job: Job): string | null | undefined {
    const own = idIn(job)
    if (own !== undefined) return own || null
    if (typeof job.instanceId !== 'string') return null
    const key = jobKeyOf(job.className, job.instanceId)
    const found = this.#ofJobs.get(key)
    return found ?? (latest(this.#notFound, key) === undefined ? undefined : null)
  }

  async #lookUp({ className, instanceId }: Job): Promise<void> {
    this.#lookingUp ??= this.#readAffected().finally(() => {
      this.#lookingUp = undefined
    })
    await this.#lookingUp
    const key = jobKeyOf(className, instanceId ?? '')
    if (!this.#ofJobs.has(key)) this.#notFound.set(key, { until: now() + MISSING_MS })
  }

  async #readAffected(): Promise<void> {
    const ofJobs = new Map<string, string>()
    for (const element of await this.#run(querying(AFFECTED))) {
      const { properties } = propertiesFromNative(element.properties)
      const [affected, job] = [properties.AffectedElement?.value, properties.AffectingElement?.value]
      if (typeof affected !== 'string' || typeof job !== 'string') continue
      const id = keyOfPath(affected, MACHINE, 'Name')
      const ref = jobNamed(job)
      if (id !== null && ref !== null) ofJobs.set(jobKeyOf(ref.className, ref.instanceId), id)
    }
    this.#ofJobs = ofJobs
    forgetOld(this.#notFound)
  }

  #known(id: string): Known | undefined {
    return latest(this.#names, keyOf(id))
  }

  async #ask(): Promise<void> {
    this.#asking ??= this.#askForWanted().finally(() => {
      this.#asking = undefined
    })
    await this.#asking
  }

  async #askForWanted(): Promise<void> {
    // Whoever asks in the same turn is answered by the same query.
    await Promise.resolve()
    forgetOld(this.#names)
    const ids = [...this.#wanted.values()]
    this.#wanted = new Map()
    for (let at = 0; at < ids.length; at += MAX_IDS) {
      const some = ids.slice(at, at + MAX_IDS)
      const condition = some.map(id => wql`Name = ${id}`).join(' OR ')
      const found = await this.#run(querying(`SELECT Name, ElementName FROM ${MACHINE} WHERE ${condition}`))
      for (const id of some) this.#names.set(keyOf(id), { name: null, until: now() + MISSING_MS })
      for (const machine of found) this.#learn(machine)
    }
  }

  #learn(machine: NativeObject): void {
    const { properties } = propertiesFromNative(machine.properties)
    const [id, name] = [properties.Name?.value, properties.ElementName?.value]
    if (typeof id !== 'string') return
    this.#names.set(keyOf(id), { name: typeof name === 'string' ? name : null, until: now() + KNOWN_MS })
  }

  #run<Result>(operation: Operation<Result>): Promise<Result> {
    return this.#transport.run(operation, deadlineOf({ timeoutMs: QUERY_MS, signal: undefined }))
  }
}

/** What is not too old. */
function latest<Entry extends Dated>(entries: ReadonlyMap<string, Entry>, key: string): Entry | undefined {
  const entry = entries.get(key)
  return entry !== undefined && entry.until > now() ? entry : undefined
}

function forgetOld(entries: Map<string, Dated>): void {
  for (const [key, { until }] of entries) if (until <= now()) entries.delete(key)
}

function keyOf(id: string): string {
  return id.toUpperCase()
}

function jobKeyOf(className: string, instanceId: string): string {
  return `${className}|${instanceId}`.toLowerCase()
}

/** Null for the path of anything but a job. */
function jobNamed(path: string): { readonly className: string; readonly instanceId: string } | null {
  for (const className of JOB_CLASS_NAMES) {
    const instanceId = keyOfPath(path, className, 'InstanceID')
    if (instanceId !== null) return { className, instanceId }
  }
  return null
}

/** What the job itself says; undefined for a class that does not. */
function idIn(job: Job): string | null | undefined {
  switch (job.kind) {
    case 'migration':
    case 'copyFileToGuest':
      return job.virtualSystemName ?? null
    case 'virtualSystemReferencePointExport':
      return job.virtualMachineId ?? null
    case 'collectionReferencePointExport':
    case 'other':
      return null
    default:
      return undefined
  }
}
