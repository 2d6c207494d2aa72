/** Long work on the JavaScript thread, in pieces. */
import { nextTurn, now } from './clock'

/** How long one turn of the event loop may be taken up, and how often the clock is looked at meanwhile. */
const SLICE_MS = 5
const ITEMS_PER_LOOK = 16

/** `items.map(convert)` that leaves the event loop free in between. */
export async function mapInSlices<From, To>(
  items: readonly From[],
  convert: (item: From) => To,
): Promise<To[]> {
  const converted: To[] = []
  let until = now() + SLICE_MS
  for (const item of items) {
    if (converted.length % ITEMS_PER_LOOK === 0 && now() >= until) {
      await nextTurn()
      until = now() + SLICE_MS
    }
    converted.push(convert(item))
  }
  return converted
}
