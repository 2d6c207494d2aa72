/** The in-parameters of `execMethod`, checked before anything native runs. */

import { lookInto, refuseSecret as refuse, takeArray } from '../base/arguments'
import { InvalidArgumentError } from '../base/errors'
import type { NativeInput } from './addon'
import { isName } from './object-path'

/** What `execMethod` takes as an in-parameter; the method's signature decides which of these fits. */
export type InScalar = string | number | bigint | boolean | null
export type InParam = InScalar | readonly InScalar[] | undefined

/** Of a name that is refused. */
const MAX_SHOWN = 100
const MIN_SINT64 = -(2n ** 63n)
const MAX_UINT64 = 2n ** 64n - 1n

function scalarInput(name: string, value: unknown): NativeInput {
  switch (typeof value) {
    case 'string':
    case 'boolean':
    case 'number':
      return value
    case 'bigint':
      if (value >= MIN_SINT64 && value <= MAX_UINT64) return value
      return refuse(name, 'a bigint of at most 64 bits', value)
    default:
      if (value === null) return null
      return refuse(name, 'a string, number, bigint, boolean, null or an array of these', value)
  }
}

/** The in-parameters as flat pairs, or null for none; those that are undefined are left out. */
export function checkInParams(inParams: unknown): (string | NativeInput)[] | null {
  if (inParams === undefined || inParams === null) return null
  if (typeof inParams !== 'object' || takeArray('inParams', inParams) !== undefined) {
    refuse('inParams', 'an object of in-parameters by name', inParams)
  }
  const entries: [string, unknown][] = lookInto('inParams', () => Object.entries(inParams))
  const pairs: (string | NativeInput)[] = []
  for (const [name, value] of entries) {
    if (value === undefined) continue
    if (!isName(name)) {
      const shown = JSON.stringify(name.slice(0, MAX_SHOWN))
      throw new InvalidArgumentError(
        `expected names of letters, digits and _ in \`inParams\`, received ${shown}`,
      )
    }
    const where = `inParams.${name}`
    const items = takeArray(where, value)
    pairs.push(name, items?.map(item => scalarInput(where, item)) ?? scalarInput(where, value))
  }
  return pairs
}
