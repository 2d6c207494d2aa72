/** Long work on the JavaScript thread, in pieces. */
import { nextTurn, now } from './clock'

/** How long one turn of the event loop may be taken up. */
const SLICE_MS = 5

/**
 * `items.map(convert)` that leaves the event loop free in between.
 * @param goOn - called before each further slice; what it throws ends the work
 */
export async function mapInSlices<From, To>(
  items: readonly From[],
  convert: (item: From, index: number) => To,
  goOn: () => void,
): Promise<To[]> {
  const converted: To[] = []
  let until = now() + SLICE_MS
  for (const [index, item] of items.entries()) {
    if (now() >= until) {
      await nextTurn()
      goOn()
      until = now() + SLICE_MS
    }
    converted.push(convert(item, index))
  }
  return converted
}
