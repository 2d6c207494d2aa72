/** The check that turns a scenario into what the native side takes. */

import { checkJob, JobTypes, refuseDuplicates, toNativeProperties } from './check-job'
import { asBoolean, asFailure, asMs, asName, asOneOf, asText, checkKeys, list, optional } from './checks'
import { CLASSES, type MethodSource, type TypeMap } from './classes'
import { fixedInstances } from './fixed-instances'
import type {
  NativeClass,
  NativeEvents,
  NativeFault,
  NativeProperty,
  NativeScenario,
} from './native-scenario'
import { OPERATIONS } from './scenario'
import { asArray, refuse } from './values'

/** Largest limit a scenario can set: what the native side reads it into. */
const MAX_COUNT = 0xffff_ffff

/**
 * Checks a scenario and completes it. Unknown keys are left alone, so that a scenario may carry notes and stays
 * valid as the format grows. `types` learns the properties that only the scenario knows.
 */
export function checkScenario(scenario: unknown, types: JobTypes = new JobTypes()): NativeScenario {
  const source = checkKeys(scenario, 'scenario', ['computer', 'namespaceMissing', 'jobs', 'faults', 'events'])
  const computer = optional(source.computer, 'computer', 'HV-01', asName)
  const jobs = list(source.jobs, 'jobs').map((job, index) => checkJob(job, `jobs[${index}]`, types))
  refuseDuplicates(jobs)
  return {
    computer,
    namespaceMissing: optional(source.namespaceMissing, 'namespaceMissing', false, asBoolean),
    classes: nativeClasses(types),
    instances: fixedInstances(computer).map(({ className, properties }) => ({
      className,
      properties: toNativeProperties(properties, className, new JobTypes(), className),
    })),
    jobs,
    faults: list(source.faults, 'faults').map((fault, index) => checkFault(fault, `faults[${index}]`)),
    events: checkEvents(source.events ?? {}, 'events'),
  }
}

function checkEvents(value: unknown, where: string): NativeEvents {
  const events = checkKeys(value, where, ['needsWithin', 'maxSubscriptions', 'dropAfter'])
  return {
    needsWithin: optional(events.needsWithin, `${where}.needsWithin`, false, asBoolean),
    maxSubscriptions: optional(events.maxSubscriptions, `${where}.maxSubscriptions`, null, asCount),
    dropAfter: optional(events.dropAfter, `${where}.dropAfter`, null, asCount),
  }
}

function checkFault(value: unknown, where: string): NativeFault {
  const fault = checkKeys(value, where, [
    'operation',
    'method',
    'object',
    'calls',
    'hresult',
    'hangMs',
    'description',
  ])
  const operation = asOneOf(fault.operation, OPERATIONS, `${where}.operation`)
  const method = optional(fault.method, `${where}.method`, null, asName)
  if (method !== null && operation !== 'execMethod')
    refuse(`${where}.method`, 'none but for execMethod', method)
  const object = optional(fault.object, `${where}.object`, null, asName)
  if (object !== null && operation === 'next') refuse(`${where}.object`, 'none for next', object)
  return {
    operation,
    method,
    object,
    calls: optional(fault.calls, `${where}.calls`, null, asCallNumbers),
    hresult: optional(fault.hresult, `${where}.hresult`, null, asFailure),
    hangMs: optional(fault.hangMs, `${where}.hangMs`, 0, asMs),
    description: optional(fault.description, `${where}.description`, '', asText),
  }
}

function nativeClasses(types: JobTypes): NativeClass[] {
  const signature = (parameters: TypeMap): NativeProperty[] =>
    Object.entries(parameters).map(([name, type]) => [name, type, false])
  const method = ([name, source]: [string, MethodSource]): NativeClass['methods'][0] => ({
    name,
    in: source.in === undefined ? null : signature(source.in),
    out: signature({ ReturnValue: 'uint32', ...source.out }),
  })
  return Object.entries(CLASSES).map(([name, source]) => ({
    name,
    superclass: source.superclass ?? null,
    properties: Object.entries({ ...source.properties, ...types.extraOf(name) }).map(([property, type]) => [
      property,
      type,
      source.keys?.includes(property) ?? false,
    ]),
    methods: Object.entries(source.methods ?? {}).map(method),
  }))
}

function asCallNumbers(value: unknown, where: string): readonly number[] {
  return asArray(value, where).map((item, index) => {
    if (typeof item !== 'number' || !Number.isInteger(item) || item < 1) {
      refuse(`${where}[${index}]`, 'a call number from 1', item)
    }
    return item
  })
}

function asCount(value: unknown, where: string): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > MAX_COUNT) {
    refuse(where, `an integer from 0 to ${MAX_COUNT}`, value)
  }
  return value
}
