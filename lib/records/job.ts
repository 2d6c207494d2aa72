/** Records of Hyper-V jobs, and what their state means. */
import { lookInto, refuse } from '../base/arguments'
import { JOB_CLASS_NAMES, type JobClassName } from '../cim/names'
import type { CimInstance, UnreadableProperty } from '../cim/types'
import { ConcreteJobType, MigrationJobType, StorageJobType } from './enum-job'
import { nameOf } from './enumeration'
import { type Extra, type Fields, type FieldTable, RecordShape } from './fields'
import { JOB_CLASS_FIELDS, JOB_FIELDS } from './job-fields'

/**
 * Plain data of fixed shape. A property the instance lacks is `undefined`, a NULL one is null; datetimes are
 * the 25 characters of CIM (`cimDateTimeToDate` and `cimIntervalToMs` read them).
 */
interface Identity<Kind extends string, ClassName extends string> {
  /** Tells the job classes apart, `other` included; a `switch` over it narrows the type. */
  readonly kind: Kind
  /** `__CLASS`, in the documented spelling for a documented class. */
  readonly className: ClassName
  /** `__RELPATH`, or null when the instance came without a path. */
  readonly path: string | null
  /** Properties that the class does not declare, and those with another type than it declares. */
  readonly extra: Extra
  /** Properties whose values WMI delivered in a form that could not be read. */
  readonly unreadable: readonly UnreadableProperty[]
}

const NONE: readonly UnreadableProperty[] = Object.freeze([])

/** Microsoft Learn: "Msvm_MigrationJob class". */
export interface MigrationJob
  extends Identity<'migration', 'Msvm_MigrationJob'>,
    Fields<typeof JOB_FIELDS>,
    Fields<(typeof JOB_CLASS_FIELDS)['Msvm_MigrationJob']> {}

/** Microsoft Learn: "Msvm_ConcreteJob class". */
export interface ConcreteJob
  extends Identity<'concrete', 'Msvm_ConcreteJob'>,
    Fields<typeof JOB_FIELDS>,
    Fields<(typeof JOB_CLASS_FIELDS)['Msvm_ConcreteJob']> {}

/** Microsoft Learn: "Msvm_StorageJob class". */
export interface StorageJob
  extends Identity<'storage', 'Msvm_StorageJob'>,
    Fields<typeof JOB_FIELDS>,
    Fields<(typeof JOB_CLASS_FIELDS)['Msvm_StorageJob']> {}

/** Microsoft Learn: "Msvm_CopyFileToGuestJob class". */
export interface CopyFileToGuestJob
  extends Identity<'copyFileToGuest', 'Msvm_CopyFileToGuestJob'>,
    Fields<typeof JOB_FIELDS>,
    Fields<(typeof JOB_CLASS_FIELDS)['Msvm_CopyFileToGuestJob']> {}

/** Microsoft Learn: "Msvm_CollectionReferencePointExportJob class". */
export interface CollectionReferencePointExportJob
  extends Identity<'collectionReferencePointExport', 'Msvm_CollectionReferencePointExportJob'>,
    Fields<typeof JOB_FIELDS>,
    Fields<(typeof JOB_CLASS_FIELDS)['Msvm_CollectionReferencePointExportJob']> {}

/** Microsoft Learn: "Msvm_VirtualSystemReferencePointExportJob class". */
export interface VirtualSystemReferencePointExportJob
  extends Identity<'virtualSystemReferencePointExport', 'Msvm_VirtualSystemReferencePointExportJob'>,
    Fields<typeof JOB_FIELDS>,
    Fields<(typeof JOB_CLASS_FIELDS)['Msvm_VirtualSystemReferencePointExportJob']> {}

/**
 * The name of a class that is none of the six documented ones, any string. The mark at its start exists for the compiler
 * alone: by it a comparison of `className` narrows a job to the class that it names. To compare it with the name of
 * another class take `String(job.className)`.
 */
export type OtherClassName = `\0${string}`

/** A job of another class: its own properties are in `extra`. */
export interface OtherJob extends Identity<'other', OtherClassName>, Fields<typeof JOB_FIELDS> {}

export type Job =
  | MigrationJob
  | ConcreteJob
  | StorageJob
  | CopyFileToGuestJob
  | CollectionReferencePointExportJob
  | VirtualSystemReferencePointExportJob
  | OtherJob

/** The record of a class by its name in the documented spelling; any job for other spellings and classes. */
export type JobOf<ClassName extends string> = ClassName extends JobClassName
  ? Extract<Job, { readonly className: ClassName }>
  : Job

const KINDS: Readonly<Record<JobClassName, Exclude<Job['kind'], 'other'>>> = {
  Msvm_MigrationJob: 'migration',
  Msvm_ConcreteJob: 'concrete',
  Msvm_StorageJob: 'storage',
  Msvm_CopyFileToGuestJob: 'copyFileToGuest',
  Msvm_CollectionReferencePointExportJob: 'collectionReferencePointExport',
  Msvm_VirtualSystemReferencePointExportJob: 'virtualSystemReferencePointExport',
}

const OTHER_SHAPE = shapeOf('other', '', JOB_FIELDS)
const SHAPES: ReadonlyMap<string, RecordShape> = new Map(
  JOB_CLASS_NAMES.map(className => {
    const fields: FieldTable = { ...JOB_FIELDS, ...JOB_CLASS_FIELDS[className] }
    return [className.toLowerCase(), shapeOf(KINDS[className], className, fields)]
  }),
)

function shapeOf(kind: Job['kind'], className: string, fields: FieldTable): RecordShape {
  return new RecordShape(fields, { kind, className, path: null }, { unreadable: NONE })
}

/** The record of a job. `path` is the instance's `__RELPATH`. Never fails: what does not fit is in `extra`. */
export function jobFromInstance(instance: CimInstance, path: string | null): Job {
  const shape = SHAPES.get(instance.className.toLowerCase())
  const job = (shape ?? OTHER_SHAPE).read(instance)
  if (shape === undefined) job.className = instance.className
  job.path = path
  if (instance.unreadable !== undefined) job.unreadable = instance.unreadable
  // The types of the records are derived from the tables that their shapes are made of.
  return job as unknown as Job
}

/** The label of a job's `JobType`; null without one, or for an undocumented number. */
export function jobTypeName(job: Job): string | null {
  if (typeof job !== 'object' || job === null) refuse('job', 'a job record', job)
  return lookInto('job', () => {
    switch (job.kind) {
      case 'migration':
        return nameOf(MigrationJobType, job.jobType)
      case 'concrete':
        return nameOf(ConcreteJobType, job.jobType)
      case 'storage':
        return nameOf(StorageJobType, job.jobType)
      default:
        return null
    }
  })
}

/** The two properties that decide; OperationalStatus is documented contradictorily and is never looked at. */
export type JobProgress = Pick<Job, 'jobState' | 'errorCode'>

const COMPLETED = 7
const TERMINATED = 8
const KILLED = 9
const EXCEPTION = 10
const COMPLETED_WITH_WARNINGS = 32768

/** Anything may come from JavaScript. @throws InvalidArgumentError */
function progressOf(job: Partial<JobProgress>): Partial<JobProgress> {
  if (typeof job !== 'object' || job === null) refuse('job', 'a job record', job)
  return lookInto('job', () => {
    const { jobState, errorCode } = job
    return { jobState, errorCode }
  })
}

/** Whether the job will not change any more: JobState 7, 8, 9, 10 or 32768. @throws InvalidArgumentError */
export function isEnded(job: Pick<JobProgress, 'jobState'>): boolean {
  return isEndState(progressOf(job).jobState)
}

function isEndState(jobState: JobProgress['jobState']): boolean {
  return (
    jobState === COMPLETED ||
    jobState === TERMINATED ||
    jobState === KILLED ||
    jobState === EXCEPTION ||
    jobState === COMPLETED_WITH_WARNINGS
  )
}

/** Whether `job`, which has not ended, shows less progress in the same state than `than`: it was read earlier. */
export function isBehind(job: Job, than: Job): boolean {
  const { jobState, percentComplete } = job
  if (isEnded(job) || jobState !== than.jobState) return false
  return typeof percentComplete === 'number' && percentComplete < (than.percentComplete ?? 0)
}

/** JobState 7 or 32768 and no ErrorCode; NULL and an absent one count as 0. @throws InvalidArgumentError */
export function hasSucceeded(job: JobProgress): boolean {
  return isSuccess(progressOf(job))
}

function isSuccess({ jobState, errorCode }: Partial<JobProgress>): boolean {
  return (jobState === COMPLETED || jobState === COMPLETED_WITH_WARNINGS) && (errorCode ?? 0) === 0
}

/** Ended without success; a job that was terminated or killed counts. @throws InvalidArgumentError */
export function hasFailed(job: JobProgress): boolean {
  const progress = progressOf(job)
  return isEndState(progress.jobState) && !isSuccess(progress)
}

/**
 * How a job stands: `succeeded` and `warning` (ended with warnings) are successes, `failed` and `cancelled`
 * (terminated or killed) are failures, `running` is any documented state before the end, `unknown` a JobState
 * that is absent, NULL or not documented.
 */
export type JobOutcome = 'running' | 'succeeded' | 'warning' | 'failed' | 'cancelled' | 'unknown'

export function outcome(job: JobProgress): JobOutcome {
  const progress = progressOf(job)
  const { jobState } = progress
  if (isSuccess(progress)) return jobState === COMPLETED ? 'succeeded' : 'warning'
  if (jobState === TERMINATED || jobState === KILLED) return 'cancelled'
  if (isEndState(jobState)) return 'failed'
  const documented = typeof jobState === 'number' && jobState >= 2 && jobState <= 12
  return documented ? 'running' : 'unknown'
}
