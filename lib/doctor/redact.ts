/**
 * Takes out of a captured scenario what tells whose host it is: names, accounts, addresses, GUIDs and paths, each
 * replaced by the same word wherever it stands. Codes, states, times, sizes and the wording of messages are kept. Words
 * are numbered in the order in which they are met, so that redacting what is redacted changes nothing. Longer than most
 * files: what may name somebody is one subject, and a rule that stood elsewhere would be forgotten.
 */

import { DecodeError } from '../base/errors'
import { foldCase } from '../cim/names'
import { decodeMsvmError } from '../records/decode-msvm-error'
import {
  isPublic,
  kindOfMatch,
  PATTERN_COUNT,
  type PrivateKind,
  privateWords,
  quotedIn,
} from './private-words'
import type {
  CapturedAnswer,
  CapturedFault,
  CapturedInstance,
  CapturedJob,
  CapturedProperties,
  CapturedScenario,
  CapturedValue,
} from './scenario'

export interface Redaction {
  /** How many different words of each kind were replaced. */
  readonly replaced: Readonly<Partial<Record<PrivateKind, number>>>
  /** The sentences that were kept, as they now read: what the capture's reader should look at. */
  readonly kept: readonly string[]
}

export function redactScenario(scenario: CapturedScenario): {
  readonly scenario: CapturedScenario
  readonly redaction: Redaction
} {
  const names = namesOf(scenario)
  const redactor = new Redactor(names)
  const redacted: CapturedScenario = {
    ...scenario,
    computer: redactor.name(scenario.computer),
    jobs: scenario.jobs.map(job => redactor.job(job)),
    instances: scenario.instances.map(instance => redactor.instance(instance)),
    faults: scenario.faults.map(fault => redactor.fault(fault)),
    captured: { ...scenario.captured, omitted: scenario.captured.omitted.map(text => redactor.text(text)) },
  }
  return { scenario: redacted, redaction: redactor.summary() }
}

/** Properties whose whole value is a name; of jobs `ElementName` and `Name` are titles. */
const NAME_PROPERTIES: ReadonlyMap<string, PrivateKind> = new Map([
  ['destinationhost', 'host'],
  ['systemname', 'host'],
  ['virtualsystemname', 'vm'],
  ['owner', 'account'],
  ['primaryownername', 'account'],
  ['primaryownercontact', 'account'],
  ['notes', 'name'],
  ['notify', 'account'],
  ['messagearguments', 'name'],
])
const MACHINE_PROPERTIES: ReadonlyMap<string, PrivateKind> = new Map([
  ['elementname', 'vm'],
  ['name', 'vm'],
  ['virtualsystemidentifier', 'vm'],
])

/** Numbers, codes and the like name nothing. */
const NO_NAME = /^(?:[\d.,:+-]*|%%\d+|0x[0-9A-F]+|(?:Msvm|CIM|Win32)_\w*|vmms|OK|true|false)$/iu
/** Shorter than this a name is replaced where it is the whole value alone: it might be part of any sentence. */
const MIN_NAME = 2
const MAX_NAME = 256

type Names = ReadonlyMap<string, PrivateKind>

/** By the folded name, in the order in which they are met. */
function namesOf(scenario: CapturedScenario): Names {
  const names = new Map<string, PrivateKind>()
  const add = (name: string, kind: PrivateKind) => {
    const trimmed = name.trim()
    const isName = trimmed.length >= MIN_NAME && trimmed.length <= MAX_NAME && !NO_NAME.test(trimmed)
    if (isName && !isMatchedWhole(trimmed) && !names.has(foldCase(trimmed)))
      names.set(foldCase(trimmed), kind)
  }
  add(scenario.computer, 'host')
  const values = [...scenario.instances, ...scenario.jobs].flatMap(({ class: className, properties }) =>
    Object.entries(properties).map(([property, value]) => ({
      kind: kindOfProperty(className, property),
      value,
    })),
  )
  // What a property calls a host is one, whatever a sentence says before.
  for (const { kind, value } of values) if (kind !== null) for (const text of textsOf(value)) add(text, kind)
  for (const { value } of values.filter(({ kind }) => kind === null)) {
    for (const text of textsOf(value)) (isXml(text) ? namesInXml : namesInText)(text, add)
  }
  for (const job of scenario.jobs) {
    for (const { errors } of job.getErrorEx) {
      for (const xml of errors ?? []) if (xml !== null) namesInXml(xml, add)
    }
  }
  for (const { description } of scenario.faults) namesInText(description ?? '', add)
  return names
}

type AddName = (name: string, kind: PrivateKind) => void

function kindOfProperty(className: string, property: string): PrivateKind | null {
  const name = foldCase(property)
  const ofMachine = sameClass(className, 'Msvm_ComputerSystem') ? MACHINE_PROPERTIES.get(name) : undefined
  return NAME_PROPERTIES.get(name) ?? ofMachine ?? null
}

function sameClass(one: string, other: string): boolean {
  return foldCase(one) === foldCase(other)
}

/** A quotation that a code follows, or a sentence, is the text of another message. */
function namesInText(text: string, add: AddName): void {
  for (const { inner, after } of quotedIn(text)) {
    if (!/^\s*[(:]?\s*0x/i.test(after) && !/[.!?。]$/.test(inner)) add(inner, 'name')
  }
}

/** What stands between the markup; `property` is the NAME of the PROPERTY that it belongs to. */
interface Segment {
  readonly text: string
  readonly isMarkup: boolean
  readonly property: string
}

const MARKUP = /<!--[\s\S]*?-->|<!\[CDATA\[|\]\]>|<[!?/A-Za-z][^<>]*>/g

function* segmentsOf(xml: string): Generator<Segment> {
  let property = ''
  let end = 0
  for (const match of xml.matchAll(MARKUP)) {
    if (match.index > end) yield { text: xml.slice(end, match.index), isMarkup: false, property }
    end = match.index + match[0].length
    property = /^<PROPERTY[^>]*\bNAME\s*=\s*["']([^"']*)/i.exec(match[0])?.[1] ?? property
    yield { text: match[0], isMarkup: true, property }
  }
  if (end < xml.length) yield { text: xml.slice(end), isMarkup: false, property }
}

function namesInXml(xml: string, addPlain: AddName): void {
  const add: AddName = (name, kind) => addPlain(unescaped(name), kind)
  for (const { text, isMarkup, property } of segmentsOf(xml)) {
    if (isMarkup || text.trim() === '') continue
    const name = foldCase(property)
    const kind = NAME_PROPERTIES.get(name) ?? MACHINE_PROPERTIES.get(name)
    if (kind === undefined) namesInText(shown(text), add)
    // An argument may be the text of another message.
    else if (!/\s\S+\s\S+\s/.test(text) && !/[.!?。]$/.test(text)) add(text, kind)
    else namesInText(shown(text), add)
  }
}

/** References to quotes, as characters that nobody uses: the text stays the length in which it is put back. */
const QUOTE_REFERENCES: readonly (readonly [string, string])[] = [
  ['&apos;', '\ue000'],
  ['&quot;', '\ue001'],
  ['&#39;', '\ue002'],
  ['&#34;', '\ue003'],
]

function shown(text: string): string {
  return QUOTE_REFERENCES.reduce(
    (result, [reference, character]) => result.replaceAll(reference, character),
    text,
  )
}

function hidden(text: string): string {
  return QUOTE_REFERENCES.reduce(
    (result, [reference, character]) => result.replaceAll(character, reference),
    text,
  )
}

function isXml(text: string): boolean {
  return /^\s*<[?!A-Za-z]/.test(text)
}

function textsOf(value: CapturedValue): string[] {
  const inner: unknown = typeof value === 'object' ? value.value : value
  const list = Array.isArray(inner) ? (inner as readonly unknown[]) : [inner]
  return list.filter(item => typeof item === 'string')
}

const ANY = privateWords([])

/** What a pattern recognises by itself is no name. */
function isMatchedWhole(text: string): boolean {
  ANY.lastIndex = 0
  const match = ANY.exec(text)
  return match !== null && match[0].length === text.length
}

/** Types whose values say nothing of a host. */
const WITHOUT_NAMES: ReadonlySet<string> = new Set([
  'datetime',
  'datetime[]',
  'char16',
  'char16[]',
  'uint64',
  'sint64',
])

class Redactor {
  readonly #names: Names
  readonly #words: RegExp
  /** By kind, then by the folded word. */
  readonly #replacements = new Map<PrivateKind, Map<string, string>>()
  readonly #kept = new Set<string>()

  constructor(names: Names) {
    this.#names = names
    this.#words = privateWords([...names.keys()].flatMap(name => [...new Set([name, escaped(name)])]))
    // Names are numbered as they were met, not as they are replaced.
    for (const [name, kind] of names) this.#replacement(kind, name, name)
  }

  job(job: CapturedJob): CapturedJob {
    return { ...this.instance(job), getErrorEx: job.getErrorEx.map(answer => this.#answer(answer)) }
  }

  instance({ class: name, properties }: CapturedInstance): CapturedInstance {
    const redacted: Record<string, CapturedValue> = {}
    for (const [property, value] of Object.entries(properties)) {
      redacted[property] = this.#value(value, kindOfProperty(name, property))
    }
    return { class: name, properties: redacted as CapturedProperties }
  }

  fault(fault: CapturedFault): CapturedFault {
    const { object, description } = fault
    return {
      ...fault,
      ...(object === undefined ? {} : { object: this.#replace(object) }),
      ...(description === undefined ? {} : { description: this.text(description) }),
    }
  }

  /** A text that is a name as a whole. */
  name(text: string): string {
    return this.#whole(text, 'name')
  }

  text(text: string): string {
    const redacted = this.#replace(text)
    if (/\s/.test(redacted.trim())) this.#kept.add(redacted.trim())
    return redacted
  }

  summary(): Redaction {
    const counts = [...this.#replacements].map(([kind, words]) => [kind, words.size] as const)
    return { replaced: Object.fromEntries(counts), kept: [...this.#kept] }
  }

  #answer(answer: CapturedAnswer): CapturedAnswer {
    if (answer.errors === undefined || answer.errors === null) return answer
    return { ...answer, errors: answer.errors.map(xml => (xml === null ? null : this.#xml(xml))) }
  }

  #value(value: CapturedValue, kind: PrivateKind | null): CapturedValue {
    if (typeof value === 'boolean') return value
    if (typeof value === 'string') return this.#string(value, kind)
    if (WITHOUT_NAMES.has(value.type)) return value
    const { type, value: inner } = value
    return {
      type,
      value: Array.isArray(inner) ? inner.map(item => this.#item(item, kind)) : this.#item(inner, kind),
    }
  }

  #item(item: unknown, kind: PrivateKind | null): unknown {
    return typeof item === 'string' ? this.#string(item, kind) : item
  }

  #string(text: string, kind: PrivateKind | null): string {
    if (isXml(text)) return this.#xml(text)
    return kind === null ? this.text(text) : this.#whole(text, kind)
  }

  /** One that is too short to be looked for in texts is replaced here all the same. */
  #whole(text: string, kind: PrivateKind): string {
    const redacted = this.#replace(text)
    const isDone = redacted !== text || NO_NAME.test(text.trim()) || this.#isReplacement(text)
    return isDone ? redacted : this.#replacement(kind, foldCase(text), text)
  }

  #isReplacement(text: string): boolean {
    return [...this.#replacements.values()].some(words => [...words.values()].includes(text))
  }

  /** Markup has names of classes and properties, which stay; what is no XML is a text as a whole. */
  #xml(xml: string): string {
    let redacted = ''
    for (const { text, isMarkup } of segmentsOf(xml)) {
      redacted += isMarkup ? this.#markup(text) : hidden(this.#replace(shown(text)))
    }
    this.#keepMessage(redacted)
    return redacted
  }

  /** Attributes may hold GUIDs and paths, but no sentences. */
  #markup(text: string): string {
    return /[\\{]|[0-9A-Fa-f]{8}-|<!--/.test(text) ? this.#replace(text) : text
  }

  #keepMessage(xml: string): void {
    try {
      const { message } = decodeMsvmError(xml)
      if (typeof message === 'string' && /\s/.test(message.trim())) this.#kept.add(message.trim())
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error
      this.#kept.add(xml)
    }
  }

  #replace(text: string): string {
    return text.replace(this.#words, (word: string, ...rest: unknown[]) => {
      const groups = rest.slice(0, PATTERN_COUNT) as (string | undefined)[]
      const kind = kindOfMatch(groups)
      if (kind === null) {
        const known = this.#names.has(foldCase(word)) ? word : unescaped(word)
        return this.#replacement(this.#names.get(foldCase(known)) ?? 'name', foldCase(known), known)
      }
      return isPublic(word) ? word : this.#matched(kind, word)
    })
  }

  /** A path ends before the full stop of its sentence. */
  #matched(kind: PrivateKind, word: string): string {
    const tail = kind === 'path' ? (/[.)\]\s]+$/.exec(word)?.[0] ?? '') : ''
    const body = word.slice(0, word.length - tail.length)
    const known = this.#names.get(foldCase(body))
    return this.#replacement(known ?? kind, foldCase(body), body) + tail
  }

  #replacement(kind: PrivateKind, folded: string, word: string): string {
    const words = this.#replacements.get(kind) ?? new Map<string, string>()
    this.#replacements.set(kind, words)
    const known = words.get(folded)
    if (known !== undefined) return known
    const replacement = standIn(kind, words.size + 1, word)
    words.set(folded, replacement)
    return replacement
  }
}

const DOCUMENTATION_MAC = '00-00-5E-00-53-'

/** Of the same shape, and a value that documentation keeps for examples where there is one. */
function standIn(kind: PrivateKind, number: number, word: string): string {
  switch (kind) {
    case 'guid':
      return `${number.toString(16).toUpperCase().padStart(8, '0')}-0000-4000-8000-000000000000`
    case 'sid':
      return `S-1-5-21-0-0-0-${1000 + number}`
    case 'path': {
      const extension = /\.[A-Za-z0-9]{1,8}$/.exec(word)?.[0] ?? ''
      return `${word.startsWith('\\\\') ? '\\\\server\\share' : 'C:'}\\path-${number}${extension}`
    }
    case 'account':
      return word.includes('@') ? `user-${number}@example.com` : `EXAMPLE\\user-${number}`
    case 'domain-name':
      return `name-${number}.example.com`
    case 'address':
      return addressFor(number, word)
    case 'host':
    case 'vm':
    case 'name':
      return `${kind}-${number}`
  }
}

function addressFor(number: number, word: string): string {
  const hex = number.toString(16).toUpperCase()
  if (word.includes('.')) return `192.0.2.${number % 256}`
  if (/^(?:..[:-]){5}..$/.test(word)) {
    const mac = `${DOCUMENTATION_MAC}${hex.padStart(2, '0').slice(-2)}`
    return word.includes(':') ? mac.replaceAll('-', ':') : mac
  }
  return word.includes(':') ? `2001:db8::${hex.toLowerCase()}` : `C003FF0000${hex.padStart(6, '0')}`
}

/** As a name stands in XML. */
function escaped(name: string): string {
  return name.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

function unescaped(name: string): string {
  return name.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
}
