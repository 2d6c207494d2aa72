/**
 * `hyperv-job-errors/doctor`: what has to work before a job's errors can be read, examined step by step; and what a host
 * answers, written down as a scenario.
 */
export { type Capture, type CaptureOptions, capture } from '../doctor/capture'
export type { Check, CheckId, CheckStatus } from '../doctor/check'
export { type Examination, type ExamineOptions, examine } from '../doctor/examine'
export type { PrivateKind } from '../doctor/private-words'
export type { Redaction } from '../doctor/redact'
export type {
  CapturedAnswer,
  CapturedFault,
  CapturedInstance,
  CapturedJob,
  CapturedProperties,
  CapturedScenario,
  CapturedValue,
} from '../doctor/scenario'
