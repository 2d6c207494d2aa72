/** What the diagnosis says, for a person. */
import type { Diagnosis } from '../../diagnosis/diagnose'
import { type Explanation, explain } from '../../diagnosis/explain'
import type { FoundCode } from '../../diagnosis/find-codes'
import type { Fact } from './facts'

const PLACES: Readonly<Record<NonNullable<Diagnosis['side']>, string>> = {
  source: 'the source host',
  destination: 'the destination host',
  both: 'both hosts',
  client: 'the computer that asked for it',
}

/** Cause, remedy and link; none without a match. */
export function diagnosisFacts({ id, category, confidence, side, hint, retryable, url }: Diagnosis): Fact[] {
  if (id === null) return []
  const kind = [category, confidence].filter(part => part !== null).join(', ')
  const place = side === null ? '' : `; look at ${PLACES[side]}`
  return [
    ['cause', `${id} (${kind})${place}`],
    ...(hint === null ? [] : [['remedy', hint] as const]),
    ...retryFacts(retryable),
    ...(url === null ? [] : [['link', url] as const]),
  ]
}

export function retryFacts(retryable: boolean | null): Fact[] {
  if (retryable === null) return []
  return [['retry', retryable ? 'may succeed later by itself' : 'fails again until something is changed']]
}

/** `0x8009030E SEC_E_NO_CREDENTIALS`, or the number alone. */
export function codeName({ hex, symbol }: Pick<FoundCode, 'hex' | 'symbol'>): string {
  return symbol === null ? hex : `${hex} ${symbol}`
}

/** Name and meaning of each code. */
export function codeFacts(codes: readonly FoundCode[]): Fact[] {
  return codes.map(code => {
    const { meaning } = explain(code.hresult)
    return ['code', meaning === null ? codeName(code) : `${codeName(code)}: ${meaning}`]
  })
}

/** What a code is, as facts below its name. */
export function explanationFacts({
  meaning,
  facility,
  severity,
  category,
  retryable,
  url,
}: Explanation): Fact[] {
  const facts: readonly (readonly [string, string | null])[] = [
    ['meaning', meaning],
    ['component', facility],
    ['severity', severity],
    ['area', category],
  ]
  const known = facts.flatMap(([name, value]): Fact[] => (value === null ? [] : [[name, value]]))
  return [...known, ...retryFacts(retryable), ...(url === null ? [] : [['link', url] as const])]
}
