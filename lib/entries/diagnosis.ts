/** Pure functions over decoded records, usable on any OS: `hyperv-job-errors/diagnosis`. */
export { type CodeSource, type FoundCode, findCodes } from '../diagnosis/find-codes'
export { choosePrimary } from '../diagnosis/primary'
