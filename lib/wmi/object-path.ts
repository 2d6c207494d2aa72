/**
 * WMI object paths, method names, namespaces and WQL literals. Everything that a caller gives is checked here,
 * before any COM call, so that no text can become part of a path's or a query's syntax.
 */
import { lookInto, refuse } from '../base/arguments'
import { JOB_CLASS_NAMES } from '../cim/names'

/** More than any path of a job needs, and little enough that no text is worth sending to WMI twice. */
const MAX_UNITS = 1024

/** What names a job: its InstanceID, its object path, or an object with one of them such as a Job record. */
export type JobRef =
  | string
  | {
      readonly path?: string | null | undefined
      readonly className?: string | undefined
      readonly instanceId?: string | null | undefined
    }

export interface ParsedJobRef {
  /** A bare InstanceID is taken for that of a migration job. */
  readonly className: string
  readonly instanceId: string
  /** Relative, escaped, ready for WMI. */
  readonly path: string
}

const DEFAULT_JOB_CLASS = 'Msvm_MigrationJob'
const JOB_CLASSES: ReadonlyMap<string, string> = new Map(
  JOB_CLASS_NAMES.map(name => [name.toLowerCase(), name]),
)

const NAME = String.raw`[\p{L}_][\p{L}\p{N}_]*`
const WHOLE_NAME = new RegExp(`^${NAME}$`, 'u')
const NAMESPACE_SEGMENT = String.raw`[\p{L}\p{N}_-]+`
const WHOLE_NAMESPACE = new RegExp(String.raw`^${NAMESPACE_SEGMENT}(?:[\\/]${NAMESPACE_SEGMENT})*$`, 'u')

// The parts of a path, each to be matched where the part before it ended.
const PREFIX = new RegExp(
  String.raw`(?:(?:\\\\|//)([^\\/:"'=\s]+)[\\/])?(${NAMESPACE_SEGMENT}(?:[\\/]${NAMESPACE_SEGMENT})*):`,
  'uy',
)
const CLASS = new RegExp(NAME, 'uy')
const KEY_NAME = new RegExp(`[.,](${NAME})=`, 'uy')
const KEY_VALUE = /"((?:[^"\\]|\\[\\"'])*)"|'((?:[^'\\]|\\[\\"'])*)'|(?:0x[0-9a-f]+|[+-]?\d+|true|false)/iuy

/** What most paths look like, read at once: no prefix, one key, nothing escaped. */
const USUAL = /^([A-Za-z_]\w*)\.([A-Za-z_]\w*)="([^"\\]*)"$/

export interface ObjectPath {
  /** Null where the path names none, as `.` is one. */
  readonly host: string | null
  readonly namespace: string | null
  readonly className: string
  /** Null without keys (a class path), else name and value of each; a name is null in `Class="value"`. */
  readonly keys: readonly KeyValue[] | null
}

export interface KeyValue {
  readonly name: string | null
  /** null when it is not a string. */
  readonly text: string | null
}

/** null when the text is not an object path in full. */
export function parsePath(text: string): ObjectPath | null {
  const usual = USUAL.exec(text)
  if (usual !== null) {
    const [, className = '', name = '', value = ''] = usual
    return { host: null, namespace: null, className, keys: [{ name, text: value }] }
  }
  let at = 0
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at
    const match = pattern.exec(text)
    if (match !== null) at = pattern.lastIndex
    return match
  }
  const takeValue = (name: string | null): KeyValue | null => {
    const match = take(KEY_VALUE)
    if (match === null) return null
    const quoted = match[1] ?? match[2]
    return { name, text: quoted === undefined ? null : quoted.replace(/\\(.)/g, '$1') }
  }

  const prefix = take(PREFIX)
  const host = prefix?.[1] ?? null
  const namespace = prefix?.[2] ?? null
  const className = take(CLASS)?.[0]
  if (className === undefined) return null
  const rest = text.slice(at)
  if (rest === '' || rest === '=@') return { host, namespace, className, keys: null }

  const keys: KeyValue[] = []
  if (rest.startsWith('=')) {
    at += 1
    const key = takeValue(null)
    if (key === null) return null
    keys.push(key)
  } else {
    while (at < text.length) {
      const separator = keys.length === 0 ? '.' : ','
      const name = text[at] === separator ? take(KEY_NAME)?.[1] : undefined
      const key = name === undefined ? null : takeValue(name)
      if (key === null) return null
      keys.push(key)
    }
  }
  return at === text.length ? { host, namespace, className, keys } : null
}

function checkText(name: string, expected: string, value: unknown): asserts value is string {
  checkCharacters(name, expected, value)
  if (value === '') refuse(name, `${expected} that is not empty`, value)
}

/** What no name, id or path may hold: WMI takes NUL for the end, and the others are always a mistake. */
function checkCharacters(name: string, expected: string, value: unknown): asserts value is string {
  if (typeof value !== 'string') refuse(name, expected, value)
  if (value.length > MAX_UNITS) {
    refuse(name, `${expected} of at most ${MAX_UNITS} UTF-16 units`, value)
  }
  if (/[\u0000-\u001f\u007f-\u009f]/.test(value)) {
    refuse(name, `${expected} without control characters`, value)
  }
  if (/\p{Surrogate}/u.test(value)) refuse(name, `${expected} without lone surrogates`, value)
}

function buildPath(name: string, className: string, instanceId: string): string {
  const path = `${className}.InstanceID="${instanceId.replace(/[\\"]/g, '\\$&')}"`
  if (path.length > MAX_UNITS) {
    refuse(name, `an InstanceID whose escaped path has at most ${MAX_UNITS} UTF-16 units`, instanceId)
  }
  return path
}

/**
 * The relative path of an instance whose key is InstanceID: `Msvm_MigrationJob.InstanceID="…"`.
 * @throws InvalidArgumentError
 */
export function jobPath(className: string, instanceId: string): string {
  checkClassName('className', className)
  checkText('instanceId', 'an InstanceID', instanceId)
  return buildPath('instanceId', className, instanceId)
}

/**
 * Reads what names a job. A text with `=` or with leading `\\` is an object path, any other one an InstanceID;
 * an InstanceID that holds `=` is given as `{ className, instanceId }`. A path must name one of the six job
 * classes and, if it names a namespace, this one; its host is not looked at, for a host has many names. Class
 * and namespace compare without case. An object may name another class, because WMI itself may have.
 * @throws InvalidArgumentError
 */
export function parseJobRef(ref: JobRef, namespace: string): ParsedJobRef {
  if (typeof ref === 'string') return parseJobText(ref, namespace)
  const expected = 'an InstanceID, an object path or a job record'
  if (typeof ref !== 'object' || ref === null) refuse('job', expected, ref)
  const { path, className, instanceId } = lookInto('job', () => {
    const { path, className, instanceId } = ref
    return { path, className, instanceId }
  })
  if (instanceId === undefined || instanceId === null) {
    if (path === undefined || path === null) {
      refuse('job', `${expected} with a path or an instanceId`, ref)
    }
    checkText('job', 'an object path', path)
    return parseJobPath(path, namespace, false)
  }
  checkText('job.instanceId', 'an InstanceID', instanceId)
  if (className === undefined) return bareId(instanceId)
  checkClassName('job.className', className)
  const spelling = JOB_CLASSES.get(className.toLowerCase()) ?? className
  return { className: spelling, instanceId, path: buildPath('job', spelling, instanceId) }
}

function parseJobText(text: string, namespace: string): ParsedJobRef {
  checkText('job', 'an InstanceID or an object path', text)
  if (text.includes('=') || /^[\\/]{2}/.test(text)) return parseJobPath(text, namespace, true)
  return bareId(text)
}

function bareId(instanceId: string): ParsedJobRef {
  return { className: DEFAULT_JOB_CLASS, instanceId, path: buildPath('job', DEFAULT_JOB_CLASS, instanceId) }
}

function parseJobPath(text: string, namespace: string, knownClassOnly: boolean): ParsedJobRef {
  const parsed = parsePath(text)
  const key = parsed?.keys?.length === 1 ? parsed.keys[0] : undefined
  const instanceId = key?.text
  const isInstanceId = key?.name === null || key?.name.toLowerCase() === 'instanceid'
  if (!parsed || !isInstanceId || typeof instanceId !== 'string' || instanceId === '') {
    refuse('job', 'an object path such as Msvm_MigrationJob.InstanceID="…"', text)
  }
  if (parsed.namespace !== null && !sameNamespace(parsed.namespace, namespace)) {
    refuse('job', `an object path in the session's namespace ${namespace}`, text)
  }
  const known = JOB_CLASSES.get(parsed.className.toLowerCase())
  if (known === undefined && knownClassOnly) {
    refuse('job', `an object path of one of the classes ${JOB_CLASS_NAMES.join(', ')}`, text)
  }
  const className = known ?? parsed.className
  return { className, instanceId, path: buildPath('job', className, instanceId) }
}

function sameNamespace(one: string, other: string): boolean {
  const normal = (namespace: string) => namespace.replaceAll('/', '\\').toLowerCase()
  return normal(one) === normal(other)
}

/**
 * Checks any object path: `Class`, `Class.Key="v",Other=1`, `Class="v"`, `Class=@`, each with or without
 * `\\host\namespace:` or `namespace:` before it.
 * @throws InvalidArgumentError
 */
export function checkObjectPath(path: string): { readonly className: string } {
  checkText('objectPath', 'an object path', path)
  const parsed = parsePath(path)
  if (parsed === null) refuse('objectPath', 'an object path such as Class.Key="value"', path)
  return { className: parsed.className }
}

/** The value of the one key that a path of this class has; null for any other text. Names compare without case. */
export function keyOfPath(text: string, className: string, key: string): string | null {
  const parsed = text.length <= MAX_UNITS ? parsePath(text) : null
  if (parsed?.className.toLowerCase() !== className.toLowerCase()) return null
  const found = parsed.keys?.find(({ name }) => name === null || name.toLowerCase() === key.toLowerCase())
  return found?.text ?? null
}

/** Whether a text is the path of a job, and no class or object of another kind. */
export function isJobPath(text: string): boolean {
  const parsed = text.length <= MAX_UNITS ? parsePath(text) : null
  return parsed !== null && parsed.keys !== null && /job$/i.test(parsed.className)
}

/** @throws InvalidArgumentError */
export function checkMethodName(method: string): string {
  return checkName('method', 'a method name', method)
}

function checkClassName(name: string, value: unknown): string {
  return checkName(name, 'a class name', value)
}

/** Whether a text is the name of a class, a method, a property or a parameter. */
export function isName(text: string): boolean {
  return text.length <= MAX_UNITS && WHOLE_NAME.test(text)
}

function checkName(name: string, expected: string, value: unknown): string {
  checkText(name, expected, value)
  if (!WHOLE_NAME.test(value)) refuse(name, `${expected} (letters, digits and _)`, value)
  return value
}

/** The namespace with `\` between its parts. @throws InvalidArgumentError */
export function checkNamespace(namespace: string): string {
  const expected = 'a namespace such as root\\virtualization\\v2'
  checkText('namespace', expected, namespace)
  if (!WHOLE_NAMESPACE.test(namespace)) refuse('namespace', expected, namespace)
  return namespace.replaceAll('/', '\\')
}

/**
 * A WQL string literal with its quotes.
 * @throws InvalidArgumentError
 */
export function wqlString(literal: string): string {
  checkCharacters('literal', 'a WQL literal', literal)
  return `'${literal.replace(/[\\"']/g, '\\$&')}'`
}
