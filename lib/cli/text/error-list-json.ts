/** The errors of a job as `--json` prints them. */
import type { ErrorList } from '../../diagnosis/error-list'

/** An error list with the message that matters; without `raw` the texts it was decoded from are left out. */
export function errorListJson(list: ErrorList, raw: boolean): Readonly<Record<string, unknown>> {
  const record = list.primary === null ? null : list.errors?.[list.primary]
  const primaryMessage = record?.message ?? null
  if (raw) return { ...list, primaryMessage }
  const undecodable = list.undecodable.map(({ index, error }) => ({ index, error }))
  return { ...list, raw: undefined, undecodable, primaryMessage }
}
