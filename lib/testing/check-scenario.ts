/**
 * Checks a scenario and completes it: first by its schema, then what a schema cannot say (values fit the CIM types of
 * their properties, jobs have ids of their own, a method starts a job that there is, faults fit their operation).
 */
import { refuse } from '../base/arguments'
import { foldCase } from '../cim/names'
import { inferType, toCimValue, typedValue } from './cim-values'
import { type ClassDef, type ClassTable, sameName } from './class-table'
import { FIXED_INSTANCES } from './fixed-instances'
import { Instance, type PropertyValues } from './instance'
import type { Fault, JobAnswer, JobPlan, JobStep, MethodAnswer, MethodPlan, ScenarioModel } from './model'
import { PropertyTypes } from './property-types'
import type {
  Scenario,
  ScenarioAnswer,
  ScenarioEvent,
  ScenarioFault,
  ScenarioInstance,
  ScenarioJob,
  ScenarioMethod,
  ScenarioMethodAnswer,
  ScenarioProperties,
} from './scenario'
import { ANSWER_SCHEMA, FAULT_SCHEMA, JOB_SCHEMA, SCENARIO_SCHEMA } from './scenario-schema'
import { firstViolation, joinPath, type Schema } from './schema'

const DEFAULT_COMPUTER = 'HV-01'
/** ReturnValue of a method that goes on as a job. */
const JOB_STARTED = 4096

/** @throws InvalidArgumentError that names the place in the scenario, what was expected there and what was received */
export function checkScenario(given: unknown): ScenarioModel {
  const scenario = checkShape<Scenario>(given, SCENARIO_SCHEMA, 'scenario')
  const computer = scenario.computer ?? DEFAULT_COMPUTER
  const jobs = scenario.jobs ?? []
  const types = new PropertyTypes()
  for (const [index, job] of jobs.entries()) learnJob(types, job, `jobs[${index}]`)
  const instances = [...(scenario.instances ?? []), ...FIXED_INSTANCES].map(withUsualKeys(types, computer))
  for (const [index, { class: name, properties }] of instances.entries()) {
    types.learn(name, properties, `instances[${index}].properties`)
  }
  for (const { class: name } of scenario.methods ?? []) types.learn(name, {}, '')
  const classes = types.classes()
  const checker = new Checker(classes)
  const plans = jobs.map((job, index) => checker.job(job, `jobs[${index}]`))
  refuseDuplicates(plans)
  const methods = (scenario.methods ?? []).map((method, index) =>
    checker.method(method, plans, `methods[${index}]`),
  )
  const started = new Set(methods.flatMap(({ answers }) => answers.map(({ starts }) => starts)))
  return {
    computer,
    namespaceMissing: scenario.namespaceMissing ?? false,
    classes,
    instances: distinct(
      instances.map((instance, index) => checker.instance(instance, `instances[${index}]`)),
    ),
    jobs: plans.filter(plan => !started.has(plan)),
    methods,
    faults: (scenario.faults ?? []).map((fault, index) => completeFault(fault, `faults[${index}]`)),
    events: {
      needsWithin: scenario.events?.needsWithin ?? false,
      maxSubscriptions: scenario.events?.maxSubscriptions ?? null,
      dropAfter: scenario.events?.dropAfter ?? null,
    },
  }
}

/** A job that comes while the scenario runs. @throws InvalidArgumentError */
export function checkAddedJob(given: unknown, classes: ClassTable): JobPlan {
  return new Checker(classes).job(checkShape<ScenarioJob>(given, JOB_SCHEMA, 'job'), 'job')
}

/** What a job is to be changed to. @throws InvalidArgumentError */
export function checkSet(given: unknown, cls: ClassDef, classes: ClassTable): PropertyValues {
  const properties = checkShape<ScenarioProperties>(given, { type: 'object' }, 'properties')
  return new Checker(classes).set(properties, cls, 'properties')
}

/** What arrives is copied, so that a later change of the caller's object changes nothing. */
function checkShape<T>(given: unknown, schema: Schema, name: string): T {
  const value = copyOf(given, name)
  const violation = firstViolation(schema, value, '')
  if (violation === null) return value as T
  const path = name === 'scenario' ? violation.path || name : joinPath(name, violation.path)
  return refuse(path, violation.expected, violation.received)
}

function copyOf(given: unknown, name: string): unknown {
  try {
    return structuredClone(given)
  } catch {
    return refuse(name, 'plain data as JSON has it', given)
  }
}

function learnJob(types: PropertyTypes, job: ScenarioJob, where: string): void {
  types.learn(job.class, job.properties, `${where}.properties`)
  for (const [index, { set }] of (job.timeline ?? []).entries()) {
    types.learn(job.class, set ?? {}, `${where}.timeline[${index}].set`)
  }
}

/** What a host always gives for an object of these classes, where the scenario does not say otherwise. */
function withUsualKeys(types: PropertyTypes, computer: string) {
  return ({ class: name, properties }: ScenarioInstance): ScenarioInstance => {
    const className = types.className(name)
    const usual: Readonly<Record<string, string>> = {
      CreationClassName: className,
      SystemCreationClassName: 'Msvm_ComputerSystem',
      SystemName: computer,
    }
    const given = Object.keys(properties).map(foldCase)
    const missing = types.keysOf(className).filter(key => key in usual && !given.includes(foldCase(key)))
    const defaults = Object.fromEntries(missing.map(key => [key, usual[key] ?? null]))
    return { class: className, properties: { ...properties, ...defaults } }
  }
}

/** The first of those with the same path. */
function distinct(instances: readonly Instance[]): readonly Instance[] {
  const seen = new Set<string>()
  return instances.filter(({ path }) => {
    if (path === null) return true
    const isNew = !seen.has(foldCase(path))
    seen.add(foldCase(path))
    return isNew
  })
}

function refuseDuplicates(jobs: readonly JobPlan[]): void {
  const seen = new Set<string>()
  for (const [index, { instance }] of jobs.entries()) {
    const path = foldCase(instance.path ?? '')
    const where = `jobs[${index}].properties.InstanceID`
    if (seen.has(path)) refuse(where, 'an id no other job of the class has', instance.value('InstanceID'))
    seen.add(path)
  }
}

/** @throws InvalidArgumentError */
export function checkFault(given: ScenarioFault, where: string): Fault {
  return completeFault(checkShape<ScenarioFault>(given, FAULT_SCHEMA, where), where)
}

function completeFault(fault: ScenarioFault, where: string): Fault {
  const { operation, method = null, object = null, calls = null, hresult = null, hangMs, description } = fault
  if (method !== null && operation !== 'execMethod') {
    refuse(`${where}.method`, 'none but for execMethod', method)
  }
  if (object !== null && operation === 'next') refuse(`${where}.object`, 'none for next', object)
  return {
    operation,
    method,
    object,
    calls,
    hresult: hresult === null ? null : hresultOf(hresult),
    hangMs: hangMs ?? 0,
    description: description ?? '',
  }
}

/** Unsigned, of what the schema lets through. */
function hresultOf(hresult: string | number): number {
  return (typeof hresult === 'string' ? Number.parseInt(hresult, 16) : hresult) >>> 0
}

class Checker {
  readonly #classes: ClassTable

  constructor(classes: ClassTable) {
    this.#classes = classes
  }

  instance({ class: name, properties }: ScenarioInstance, where: string): Instance {
    const cls = this.#classOf(name, `${where}.class`)
    return new Instance(cls).with(this.#values(properties, cls, `${where}.properties`))
  }

  job({ class: name, properties, getErrorEx, timeline }: ScenarioJob, where: string): JobPlan {
    const instance = this.instance({ class: name, properties }, where)
    const id = instance.value('InstanceID')
    if (id === null || id === '') refuse(`${where}.properties.InstanceID`, 'a non-empty string', id)
    const steps = (timeline ?? [])
      .map((event, index) => this.#step(event, instance.cls, `${where}.timeline[${index}]`))
      .sort((one, other) => one.afterMs - other.afterMs)
    return {
      instance,
      existsAtStart: !steps.some(({ exists }) => exists === true),
      timeline: steps,
      answers: atLeastOne((getErrorEx ?? []).map(completeAnswer), completeAnswer({})),
    }
  }

  set(properties: ScenarioProperties, cls: ClassDef, where: string): PropertyValues {
    const values = this.#values(properties, cls, where)
    const key = values.find(([name]) => cls.property(name)?.isKey === true)
    if (key !== undefined) refuse(`${where}.${key[0]}`, 'nothing, since it is the key', key[1])
    return values
  }

  method(
    { class: name, name: method, answers }: ScenarioMethod,
    jobs: readonly JobPlan[],
    where: string,
  ): MethodPlan {
    const cls = this.#classOf(name, `${where}.class`)
    return {
      className: cls.name,
      name: method,
      answers: answers.map((answer, index) =>
        this.#methodAnswer(answer, cls, method, jobs, `${where}.answers[${index}]`),
      ),
    }
  }

  #methodAnswer(
    { returnValue, starts = null, out, latencyMs }: ScenarioMethodAnswer,
    cls: ClassDef,
    method: string,
    jobs: readonly JobPlan[],
    where: string,
  ): MethodAnswer {
    const job = jobs.find(({ instance }) => sameName(String(instance.value('InstanceID')), starts ?? ''))
    if (starts !== null && job === undefined)
      refuse(`${where}.starts`, 'the InstanceID of a job in `jobs`', starts)
    const declared = cls.method(method)?.out
    const parameters = Object.entries(out ?? {}).map(([name, value]) => {
      const type =
        declared?.find(parameter => sameName(parameter.name, name))?.type ??
        typedValue(value)?.type ??
        inferType(value) ??
        'string'
      return { name, type, value: toCimValue(value, type, this.#classes, `${where}.out.${name}`) }
    })
    return {
      returnValue: returnValue ?? (job === undefined ? 0 : JOB_STARTED),
      latencyMs: latencyMs ?? 0,
      starts: job ?? null,
      out: parameters,
    }
  }

  #step({ afterMs, set, create, remove }: ScenarioEvent, cls: ClassDef, where: string): JobStep {
    if (create === true && remove === true) refuse(where, 'create or remove', { create, remove })
    return {
      afterMs,
      set: this.set(set ?? {}, cls, `${where}.set`),
      exists: create === true ? true : remove === true ? false : null,
    }
  }

  #classOf(name: string, where: string): ClassDef {
    return this.#classes.find(name) ?? refuse(where, 'the name of a class', name)
  }

  #values(properties: ScenarioProperties, cls: ClassDef, where: string): PropertyValues {
    return Object.entries(properties).map(([name, value]) => {
      const at = `${where}.${name}`
      const declared =
        cls.property(name) ?? refuse(at, `a property that ${cls.name} has since the start`, value)
      return [declared.name, toCimValue(value, declared.type, this.#classes, at)] as const
    })
  }
}

function atLeastOne<T>(items: readonly T[], fallback: T): readonly T[] {
  return items.length === 0 ? [fallback] : items
}

/** @throws InvalidArgumentError */
export function checkAnswer(given: ScenarioAnswer, where: string): JobAnswer {
  return completeAnswer(checkShape<ScenarioAnswer>(given, ANSWER_SCHEMA, where))
}

function completeAnswer({ returnValue, latencyMs, shape, errors = null }: ScenarioAnswer): JobAnswer {
  return {
    returnValue: returnValue ?? 0,
    latencyMs: latencyMs ?? 0,
    shape: shape ?? (errors === null ? 'null' : 'array'),
    errors,
  }
}
