/** `hyperv-job-errors/fleet`: many hosts, and which of their failures have been handed over. */
export { JournalError } from '../base/errors'
export type { HostState, HostStatus } from '../fleet/host-status'
export type { FleetItem, NotWatchedItem } from '../fleet/items'
export {
  type Journal,
  type JournalItem,
  type JournalOptions,
  openJournal,
} from '../fleet/journal'
export type { JournalDamage } from '../fleet/journal-content'
export { type Fleet, type WatchHostsOptions, watchHosts } from '../fleet/watch-hosts'
