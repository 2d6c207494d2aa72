/** What the methods of the host do. */
import { decodeInstance } from '../cimxml/decode-instance'
import { type NativeValue, UNREADABLE } from '../wmi/addon'
import { declarations, type MethodDef, type PropertyDef, sameName } from './class-table'
import { Hresult, type OperationFailed, protocolFailure, wbemFailure } from './failure'
import type { Location } from './instance'
import type { MethodInput } from './method-input'
import type { JobAnswer, MethodAnswer, MethodPlan } from './model'
import type { Scene, Target } from './scene'

/** A method on its way, everything about it checked. */
export interface Invocation {
  readonly scene: Scene
  readonly location: Location
  /** As the caller wrote it. */
  readonly path: string
  readonly method: MethodDef
  /** Null for a call on a class. */
  readonly target: Target | null
  readonly input: MethodInput
  wait(ms: number): Promise<void>
}

/** Out-parameters in their order. */
export type MethodOutput = readonly (readonly [parameter: PropertyDef, value: NativeValue])[]

type Values = Readonly<Record<string, NativeValue | Unreadable>>

/** Return values of the Hyper-V methods. */
const COMPLETED = 0
const NOT_SUPPORTED = 32770
const INVALID_PARAMETER = 32773

/** A value that contradicts its CIM type. */
class Unreadable {
  readonly reason: string

  constructor(reason: string) {
    this.reason = reason
  }
}

/** All declared out-parameters, NULL where nothing is said. */
function output(method: MethodDef, values: Values): MethodOutput {
  return method.out.map(parameter => {
    const value = values[parameter.name] ?? null
    return value instanceof Unreadable
      ? [{ ...parameter, cimType: UNREADABLE }, value.reason]
      : [parameter, value]
  })
}

async function getErrorEx(call: Invocation): Promise<MethodOutput> {
  const { method } = call
  const answer = await nextAnswer(call, 'getErrorEx')
  const { shape } = answer
  if (shape === 'no-out-params') {
    throw protocolFailure('IWbemServices::ExecMethod', 'success without out-parameters')
  }
  const all = output(method, { ReturnValue: answer.returnValue, Errors: shapedErrors(answer) })
  return shape === 'missing' ? all.filter(([{ name }]) => name !== 'Errors') : all
}

/** `Errors` as the addon reads it; what is no array of strings is unreadable, with the reason in its place. */
function shapedErrors({ shape, errors }: JobAnswer): NativeValue | Unreadable {
  const texts = errors ?? []
  const refuse = (what: string) => new Unreadable(`Errors: ${what}`)
  const arrived = (cimType: number, variantType: number) =>
    refuse(`the value of CIM type ${cimType} came as VARIANT type ${variantType}`)
  switch (shape) {
    case 'array':
    case 'lower-bound-5':
      return [...texts]
    case 'scalar':
      return arrived(CIM_STRING | VT_ARRAY, VT_BSTR)
    case 'array-of-variant':
      return arrived(CIM_STRING, VT_ARRAY | VT_VARIANT)
    case 'array-of-i4':
      return texts.length === 0 ? [] : arrived(CIM_STRING, VT_ARRAY | VT_I4)
    case 'two-dimensional':
      return refuse('expected an array of one dimension')
    default:
      return null
  }
}

const VT_I4 = 3
const VT_BSTR = 8
const VT_VARIANT = 12
const VT_ARRAY = 0x2000
const CIM_STRING = 8

async function getError(call: Invocation): Promise<MethodOutput> {
  const { returnValue, errors } = await nextAnswer(call, 'getError')
  const first = errors?.find(text => text !== null) ?? null
  return output(call.method, { ReturnValue: returnValue, Error: first })
}

async function nextAnswer(call: Invocation, count: 'getErrorEx' | 'getError'): Promise<JobAnswer> {
  const life = call.target?.life ?? null
  if (life === null) throw notImplemented(call)
  const answer = life.answers[Math.min(life.calls[count], life.answers.length - 1)]
  if (answer === undefined) throw notImplemented(call)
  life.calls[count] += 1
  await call.wait(answer.latencyMs)
  return answer
}

function notImplemented({ path }: Invocation): OperationFailed {
  return wbemFailure('execMethod', Hresult.MethodNotImplemented, { provider: 'WinMgmt', parameter: path })
}

/** Microsoft Learn: "RequestStateChange method of the Msvm_MigrationJob class". */
async function requestStateChange(call: Invocation): Promise<MethodOutput> {
  const { scene, method, target, input } = call
  const [start, suspend, terminate, kill, service] = [2, 3, 4, 5, 6]
  const [terminated, killed] = [8, 9]
  if (target === null || target.life === null) throw notImplemented(call)
  const state = input.get('RequestedState') ?? 0
  let returnValue = INVALID_PARAMETER
  if (state === terminate || state === kill) {
    returnValue = scene.end(target, state === terminate ? terminated : killed)
  } else if (state === start || state === suspend || state === service) {
    returnValue = NOT_SUPPORTED
  }
  return output(method, { ReturnValue: returnValue })
}

/** Microsoft Learn: "FormatError method of the Msvm_VirtualSystemManagementService class". */
async function formatError({ method, input }: Invocation): Promise<MethodOutput> {
  const errors = input.get('Errors') ?? null
  if (!Array.isArray(errors)) return output(method, { ReturnValue: INVALID_PARAMETER })
  const messages = errors.map(messageOf).filter(message => message !== null)
  const text = messages.length === 0 ? null : messages.join('\r\n')
  return output(method, { ReturnValue: COMPLETED, ErrorMessage: text })
}

function messageOf(text: unknown): string | null {
  try {
    const message = decodeInstance(String(text)).properties.Message?.value
    return typeof message === 'string' ? message : null
  } catch {
    return null
  }
}

/** Gives each in-parameter back as `Out<Name>`. */
async function echo({ method, input }: Invocation): Promise<MethodOutput> {
  const values: Record<string, NativeValue> = { ReturnValue: COMPLETED }
  for (const [name, value] of input) values[`Out${name}`] = value
  return output(method, values)
}

const METHODS: readonly (readonly [name: string, run: (call: Invocation) => Promise<MethodOutput>])[] = [
  ['GetErrorEx', getErrorEx],
  ['GetError', getError],
  ['RequestStateChange', requestStateChange],
  ['FormatError', formatError],
  ['Echo', echo],
]

/** @throws OperationFailed */
export async function invoke(call: Invocation): Promise<MethodOutput> {
  const run = METHODS.find(([name]) => sameName(name, call.method.name))?.[1]
  if (run === undefined) throw notImplemented(call)
  return run(call)
}

/** The methods that the scenario answers for. */
export class ScriptedMethods {
  readonly #plans: readonly MethodPlan[]
  readonly #calls = new Map<MethodPlan, number>()

  constructor(plans: readonly MethodPlan[]) {
    this.#plans = plans
  }

  /** The plan for a method of a class, its superclasses' included. */
  find(isA: (className: string) => boolean, method: string): MethodPlan | undefined {
    return this.#plans.find(({ className, name }) => isA(className) && sameName(name, method))
  }

  async run(plan: MethodPlan, call: Invocation): Promise<MethodOutput> {
    const { scene, location, method } = call
    const count = this.#calls.get(plan) ?? 0
    this.#calls.set(plan, count + 1)
    const answer = plan.answers[Math.min(count, plan.answers.length - 1)]
    if (answer === undefined) throw notImplemented(call)
    await call.wait(answer.latencyMs)
    return outputOf(answer, method, scene, location)
  }
}

function outputOf(answer: MethodAnswer, method: MethodDef, scene: Scene, location: Location): MethodOutput {
  const { starts, returnValue, out } = answer
  const values = new Map<string, NativeValue>([['ReturnValue', returnValue]])
  if (starts !== null) {
    // An answer that repeats starts the job once more only if it has gone.
    scene.add(starts)
    values.set('Job', starts.instance.fullPath(location))
  }
  for (const { name, value } of out) values.set(name, value)
  const parameters = [
    ...method.out,
    ...(starts === null ? [] : declarations({ Job: 'reference' })),
    ...out.flatMap(({ name, type }) => declarations({ [name]: type })),
  ]
  const distinct = parameters.filter(
    ({ name }, at) => parameters.findIndex(other => sameName(other.name, name)) === at,
  )
  const valueNamed = (wanted: string) => [...values].findLast(([name]) => sameName(name, wanted))?.[1] ?? null
  return distinct.map(parameter => [parameter, valueNamed(parameter.name)])
}
