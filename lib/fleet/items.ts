/** What watching many hosts delivers. */
import type { ChangedItem, EndedItem, FailedItem, GapItem, StateItem } from '../session/watch/items'

/** What every item says. */
export interface FromHost {
  /** The host, as it is named in its options. */
  readonly host: string
}

/** What every item about a job says besides. */
export interface OfJob extends FromHost {
  /** The same for the same job whenever and by whichever process it is seen. */
  readonly id: string
}

/** A host was not watched for longer than an ended job exists, so failures may have gone unseen. */
export interface NotWatchedItem extends FromHost {
  readonly kind: 'gap'
  readonly reason: 'not-watched'
  /** When the host was last known to be watched. */
  readonly from: Date
  /** When it is watched again. */
  readonly to: Date
  readonly dropped: 0
  readonly job: null
}

/** The items of `Session.watch` with their host, and a gap that only a fleet has. */
export type FleetItem =
  | (FailedItem & OfJob)
  | (EndedItem & OfJob)
  | (ChangedItem & OfJob)
  | (GapItem & FromHost)
  | (StateItem & FromHost)
  | NotWatchedItem
