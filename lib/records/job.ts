/** Records of Hyper-V jobs, and what their state means. */
import type { CimInstance } from '../cimxml/types'
import { ConcreteJobType, MigrationJobType, StorageJobType } from './enum-job'
import { nameOf } from './enumeration'
import { type Extra, type Fields, type FieldTable, RecordShape } from './fields'
import {
  kCollectionReferencePointExportJobFields,
  kConcreteJobFields,
  kCopyFileToGuestJobFields,
  kJobFields,
  kMigrationJobFields,
  kStorageJobFields,
  kVirtualSystemReferencePointExportJobFields,
} from './job-fields'

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
}

/** Microsoft Learn: "Msvm_MigrationJob class". */
export interface MigrationJob
  extends Identity<'migration', 'Msvm_MigrationJob'>,
    Fields<typeof kMigrationJobFields> {}

/** Microsoft Learn: "Msvm_ConcreteJob class". */
export interface ConcreteJob
  extends Identity<'concrete', 'Msvm_ConcreteJob'>,
    Fields<typeof kConcreteJobFields> {}

/** Microsoft Learn: "Msvm_StorageJob class". */
export interface StorageJob
  extends Identity<'storage', 'Msvm_StorageJob'>,
    Fields<typeof kStorageJobFields> {}

/** Microsoft Learn: "Msvm_CopyFileToGuestJob class". */
export interface CopyFileToGuestJob
  extends Identity<'copyFileToGuest', 'Msvm_CopyFileToGuestJob'>,
    Fields<typeof kCopyFileToGuestJobFields> {}

/** Microsoft Learn: "Msvm_CollectionReferencePointExportJob class". */
export interface CollectionReferencePointExportJob
  extends Identity<'collectionReferencePointExport', 'Msvm_CollectionReferencePointExportJob'>,
    Fields<typeof kCollectionReferencePointExportJobFields> {}

/** Microsoft Learn: "Msvm_VirtualSystemReferencePointExportJob class". */
export interface VirtualSystemReferencePointExportJob
  extends Identity<'virtualSystemReferencePointExport', 'Msvm_VirtualSystemReferencePointExportJob'>,
    Fields<typeof kVirtualSystemReferencePointExportJobFields> {}

/** A job of another class: its own properties are in `extra`. */
export interface OtherJob extends Identity<'other', string>, Fields<typeof kJobFields> {}

export type Job =
  | MigrationJob
  | ConcreteJob
  | StorageJob
  | CopyFileToGuestJob
  | CollectionReferencePointExportJob
  | VirtualSystemReferencePointExportJob
  | OtherJob

interface JobClass {
  readonly kind: Exclude<Job['kind'], 'other'>
  readonly className: Exclude<Job, OtherJob>['className']
  readonly shape: RecordShape<FieldTable>
}

function jobClass(
  kind: JobClass['kind'],
  className: JobClass['className'],
  fields: FieldTable,
): readonly [string, JobClass] {
  return [className.toLowerCase(), { kind, className, shape: new RecordShape(fields) }]
}

const kOtherShape = new RecordShape(kJobFields)
const kClasses: ReadonlyMap<string, JobClass> = new Map([
  jobClass('migration', 'Msvm_MigrationJob', kMigrationJobFields),
  jobClass('concrete', 'Msvm_ConcreteJob', kConcreteJobFields),
  jobClass('storage', 'Msvm_StorageJob', kStorageJobFields),
  jobClass('copyFileToGuest', 'Msvm_CopyFileToGuestJob', kCopyFileToGuestJobFields),
  jobClass(
    'collectionReferencePointExport',
    'Msvm_CollectionReferencePointExportJob',
    kCollectionReferencePointExportJobFields,
  ),
  jobClass(
    'virtualSystemReferencePointExport',
    'Msvm_VirtualSystemReferencePointExportJob',
    kVirtualSystemReferencePointExportJobFields,
  ),
])

/** The six classes that have GetErrorEx, in the documented spelling. */
export const kJobClassNames: readonly JobClass['className'][] = Object.freeze(
  Array.from(kClasses.values(), known => known.className),
)

/** The record of a job. `path` is the instance's `__RELPATH`. Never fails: what does not fit is in `extra`. */
export function jobFromInstance(instance: CimInstance, path: string | null): Job {
  const known = kClasses.get(instance.className.toLowerCase())
  if (known === undefined) {
    return { kind: 'other', className: instance.className, path, ...kOtherShape.read(instance) }
  }
  // Kind, class name and shape of one table entry belong together, which the union's type cannot express.
  return { kind: known.kind, className: known.className, path, ...known.shape.read(instance) } as Job
}

/** The label of a job's `JobType`; null without one or for a number nobody documented. */
export function jobTypeName(job: Job): string | null {
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
}

/** The two properties that decide; OperationalStatus is documented contradictorily and is never looked at. */
export type JobProgress = Pick<Job, 'jobState' | 'errorCode'>

const kCompleted = 7
const kTerminated = 8
const kKilled = 9
const kException = 10
const kCompletedWithWarnings = 32768

/** Whether the job will not change any more: JobState 7, 8, 9, 10 or 32768. */
export function isEnded({ jobState }: Pick<JobProgress, 'jobState'>): boolean {
  return (
    jobState === kCompleted ||
    jobState === kTerminated ||
    jobState === kKilled ||
    jobState === kException ||
    jobState === kCompletedWithWarnings
  )
}

/** JobState 7 or 32768 and no ErrorCode; NULL and an absent one count as 0. */
export function hasSucceeded({ jobState, errorCode }: JobProgress): boolean {
  return (jobState === kCompleted || jobState === kCompletedWithWarnings) && (errorCode ?? 0) === 0
}

/** Ended without success; a job that was terminated or killed counts. */
export function hasFailed(job: JobProgress): boolean {
  return isEnded(job) && !hasSucceeded(job)
}

/**
 * How a job stands: `succeeded` and `warning` (ended with warnings) are successes, `failed` and `cancelled`
 * (terminated or killed) are failures, `running` is any documented state before the end, `unknown` a JobState
 * that is absent, NULL or not documented.
 */
export type JobOutcome = 'running' | 'succeeded' | 'warning' | 'failed' | 'cancelled' | 'unknown'

export function outcome(job: JobProgress): JobOutcome {
  const { jobState } = job
  if (hasSucceeded(job)) return jobState === kCompleted ? 'succeeded' : 'warning'
  if (jobState === kTerminated || jobState === kKilled) return 'cancelled'
  if (isEnded(job)) return 'failed'
  const documented = typeof jobState === 'number' && jobState >= 2 && jobState <= 12
  return documented ? 'running' : 'unknown'
}
