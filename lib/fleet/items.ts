/** What watching many hosts delivers. */
import type { WatchItem } from '../session/watch/items'

/** A host was not watched for longer than an ended job exists, so failures may have gone unseen. */
export interface NotWatchedItem {
  readonly kind: 'gap'
  readonly reason: 'not-watched'
  /** When the host was last known to be watched. */
  readonly from: Date
  /** When it is watched again. */
  readonly to: Date
  readonly dropped: 0
  readonly job: null
  readonly host: string
}

/** The items of `Session.watch`, and a gap that only a fleet has. */
export type FleetItem = WatchItem | NotWatchedItem
