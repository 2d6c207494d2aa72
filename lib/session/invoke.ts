/** Running a method to its end: many of Hyper-V's answer with a job that goes on after them. */
import type { Deadline } from '../base/deadline'
import { MethodError, ProtocolError } from '../base/errors'
import { nameOf, ReturnValue } from '../records/enums'
import { type ParsedJobRef, parseJobRef } from '../wmi/object-path'
import { type JobCalls, type MethodCall, requireReturnValue } from './job-calls'
import type { ExecMethodResult, InvokeResult, WaitedJob } from './results'

const COMPLETED = 0
/** "Method parameters checked - job started": Microsoft Learn, e.g. "DefineSystem method of Msvm_VirtualSystemManagementService". */
const JOB_STARTED = 4096

/** See `Session.invoke`. `waitFor` waits for the job until the same deadline. */
export async function invokeMethod(
  calls: JobCalls,
  call: MethodCall,
  deadline: Deadline,
  waitFor: (ref: ParsedJobRef) => Promise<WaitedJob>,
): Promise<InvokeResult> {
  const operation = `${call.method} on ${call.path}`
  const answer = await calls.execMethod(call, deadline)
  const returnValue = requireReturnValue(operation, answer.returnValue)
  if (returnValue === COMPLETED) return { ...answer, returnValue, job: null }
  if (returnValue === JOB_STARTED) {
    return { ...answer, returnValue, job: await waitFor(jobOf(operation, answer)) }
  }
  throw new MethodError(operation, returnValue, nameOf(ReturnValue, returnValue))
}

function jobOf(operation: string, { out }: ExecMethodResult): ParsedJobRef {
  const path = Object.entries(out).find(([name]) => name.toLowerCase() === 'job')?.[1]
  if (typeof path !== 'string') {
    throw new ProtocolError(operation, `${operation} started a job and did not say which: \`Job\` is missing`)
  }
  try {
    // Its namespace is the session's: the host itself has written it.
    return parseJobRef({ path: path.replace(/^.*?:(?=\w+[.=])/s, '') }, '')
  } catch (cause) {
    throw new ProtocolError(operation, `${operation} started a job and gave no path of one in \`Job\``, {
      cause,
    })
  }
}
