/** Recognises failures by fragments of English sentences. */
import { type FailureRow, failureRows } from './data/tables'

/** Beyond this a message is no message any more. */
const MAX_SCANNED = 16 * 1024
/** What `…` in a fragment may stand for. */
const MAX_GAP = 80

interface Fragment {
  readonly failure: FailureRow
  readonly parts: readonly string[]
}

let fragments: readonly Fragment[] | undefined

/** The longest first, so that the first that a text holds decides. */
function read(): readonly Fragment[] {
  return failureRows()
    .flatMap(failure => failure.fragments.map(text => ({ failure, text })))
    .sort((one, other) => other.text.length - one.text.length)
    .map(({ failure, text }) => ({ failure, parts: text.split(' … ') }))
}

/** The failure whose longest fragment the text holds; null if it holds none. */
export function failureOfText(text: string): FailureRow | null {
  const lower = text.slice(0, MAX_SCANNED).toLowerCase()
  fragments ??= read()
  return fragments.find(({ parts }) => holds(lower, parts))?.failure ?? null
}

function holds(text: string, parts: readonly string[]): boolean {
  let at = -1
  for (const part of parts) {
    if (at < 0) at = text.indexOf(part)
    else {
      const gap = text.slice(at, at + MAX_GAP + part.length).indexOf(part)
      at = gap < 0 ? -1 : at + gap
    }
    if (at < 0) return false
    at += part.length
  }
  return true
}

/** Whether a text around a generic code speaks for this cause of it. */
export function isSupported(failure: FailureRow, text: string): boolean {
  const lower = text.slice(0, MAX_SCANNED).toLowerCase()
  return (
    failure.support.some(fragment => lower.includes(fragment)) ||
    failure.context.some(name => CONTEXTS[name]?.test(lower) === true)
  )
}

const CONTEXTS: Readonly<Record<string, RegExp>> = {
  path: /\b[a-z]:[\\/]|\\\\[^\s\\]|\.(?:a?vhdx?|vhds|avhd|iso|vmcx|vmrs|vmgs|vsv|bin|xml)\b/,
  switch: /\bv?switch|schalter|commutateur|conmutador|commutatore|коммутатор|スイッチ|交换机|스위치/,
  account: /\b(?:account|user|konto|benutzer|compte|utilisateur|cuenta|usuario)|учетн|アカウント|帐户|계정/,
  port: /\bport\b|\b6600\b|\bポート|端口|포트/,
  network:
    /\b(?:network|connection|receive|send|netzwerk|verbindung|réseau|connexion|red|conexión)\b|сет[ьи]|ネットワーク|网络|네트워크/,
}
