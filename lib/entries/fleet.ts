/** `hyperv-job-errors/fleet`: many hosts, and which of their failures have been handed over. */
export { JournalError } from '../base/errors'
export {
  type Journal,
  type JournalDamage,
  type JournalItem,
  type JournalOptions,
  openJournal,
} from '../fleet/journal'
