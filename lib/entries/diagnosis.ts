/** Pure functions over decoded records, usable on any OS: `hyperv-job-errors/diagnosis`. */

export type { Side } from '../diagnosis/data/tables'
export { type Confidence, type Diagnosis, diagnose } from '../diagnosis/diagnose'
export { type Explanation, explain } from '../diagnosis/explain'
export type { Severity } from '../diagnosis/facility'
export { type CodeSource, type FoundCode, findCodes } from '../diagnosis/find-codes'
export { fingerprint } from '../diagnosis/fingerprint'
export { choosePrimary } from '../diagnosis/primary'
export type { DiagnosedRecord, ErrorHolder } from '../diagnosis/source'
