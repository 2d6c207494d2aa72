/** `hyperv-job-errors/doctor`: what has to work before a job's errors can be read, examined step by step. */
export type { Check, CheckId, CheckStatus } from '../doctor/check'
export { type Examination, type ExamineOptions, examine } from '../doctor/examine'
