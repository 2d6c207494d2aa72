/** The errors of a job as `--json` prints them. */
import { diagnose } from '../../diagnosis/diagnose'
import type { ErrorList } from '../../diagnosis/error-list'
import { fingerprint } from '../../diagnosis/fingerprint'

/**
 * An error list with the message that matters and what it means; without `raw` the texts it was decoded from are left
 * out.
 */
export function errorListJson(list: ErrorList, raw: boolean): Readonly<Record<string, unknown>> {
  const record = list.primaryError
  const meaning = {
    primaryMessage: record?.message ?? null,
    diagnosis: record ? diagnose(list) : null,
    fingerprint: record ? fingerprint(list) : null,
  }
  if (raw) return { ...list, ...meaning }
  const undecodable = list.undecodable.map(({ index, error }) => ({ index, error }))
  return { ...list, raw: undefined, undecodable, ...meaning }
}
