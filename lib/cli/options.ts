/** Options that more than one command takes, and what their values mean. */
import { JOB_CLASS_NAMES } from '../cim/names'
import type { OptionTable, OptionValues } from './command'
import { UsageError } from './failures'
import type { ConnectionArguments } from './types'

export const GLOBAL_OPTIONS = {
  host: { kind: 'text', value: 'name', description: 'another computer than this one' },
  namespace: {
    kind: 'text',
    value: 'name',
    description: 'another namespace than root\\virtualization\\v2',
  },
  timeout: {
    kind: 'text',
    value: 'seconds',
    description: 'how long each call may take (default: 30); no limit to watch and wait',
  },
  json: {
    kind: 'flag',
    description: 'print one JSON document, of watch one a line; 64-bit integers are decimal strings',
  },
  simulate: {
    kind: 'text',
    value: 'file',
    description: 'a simulated host as this scenario describes it, on any system, instead of WMI',
  },
} as const satisfies OptionTable

const CLASSES = [...JOB_CLASS_NAMES, 'all']

/** For commands that take several classes. */
export const CLASSES_OPTION = {
  kind: 'list',
  value: 'name',
  description: 'a job class such as Msvm_StorageJob, or all; repeatable (default: Msvm_MigrationJob)',
  choices: CLASSES,
} as const

/** For commands that take one job. */
export const CLASS_OPTION = {
  kind: 'list',
  value: 'name',
  description: 'the class of the job, where its InstanceID alone is not enough',
  choices: JOB_CLASS_NAMES,
} as const

/** Of JSON that leaves XML out otherwise. */
export const RAW_OPTION = {
  kind: 'flag',
  description: 'with --json: also the XML that records were read from',
} as const

/** The operand of commands that are about one job. */
export const JOB_OPERAND = {
  name: 'job',
  description: 'an InstanceID or the start of one, an object path, or the name or id of a virtual machine',
} as const

/** The classes that were asked for; undefined without `--class`. */
export function classesOf(names: readonly string[]): 'all' | readonly string[] | undefined {
  if (names.includes('all')) return 'all'
  return names.length === 0 ? undefined : names
}

/** The one class that was asked for; undefined without `--class`. @throws UsageError */
export function classOf(names: readonly string[], command: string): string | undefined {
  const [name] = names
  if (names.length > 1 || name === 'all') {
    throw new UsageError(`${command} expects one class for --class`, command)
  }
  return name
}

/** @throws UsageError */
export function connectionOf({
  host,
  namespace,
  timeout,
  simulate,
}: OptionValues<typeof GLOBAL_OPTIONS>): ConnectionArguments {
  return {
    ...(host === undefined ? {} : { host }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(timeout === undefined ? {} : { timeoutMs: milliseconds(timeout) }),
    ...(simulate === undefined ? {} : { simulate }),
  }
}

function milliseconds(seconds: string): number {
  const value = Math.round(Number(seconds) * 1000)
  if (!/^\d+(?:\.\d+)?$/.test(seconds) || value < 1) {
    throw new UsageError(`--timeout expects seconds such as 30 or 0.5, received ${JSON.stringify(seconds)}`)
  }
  return value
}
