/** Jobs and errors for the tests of the commands. All of them are invented. */
import { WbemError } from '../../lib/wmi/wbem-error'
import { errorXml } from './instance'

export const ID = '8B7A4F0E-6C2D-4F57-9B4B-0D9B7F0B1A11'

export const FAILED_JOB = {
  InstanceID: ID,
  JobState: 10,
  JobType: 305,
  ErrorCode: 32768,
  PercentComplete: 40,
  VirtualSystemName: 'web-01',
  DestinationHost: 'HV-02',
  TimeOfLastStateChange: '20240601120304.000000+120',
  ErrorSummaryDescription: 'The migration did not succeed.',
}
export const RUNNING_JOB = {
  InstanceID: '0C1D2E3F-0000-4000-8000-000000000001',
  JobState: 4,
  ErrorCode: 0,
  PercentComplete: 55,
  VirtualSystemName: 'db-01',
  DestinationHost: 'HV-03',
  ElapsedTime: '00000000000205.000000:000',
}
export const WRAPPER = errorXml({
  Message: "Virtual machine migration operation for 'web-01' failed at migration destination 'HV-02'.",
  PerceivedSeverity: 5,
})
export const CAUSE = errorXml({
  Message: 'The logon type is not granted (0x80070569).',
  MessageID: '12345',
  PerceivedSeverity: 5,
  ProbableCause: 117,
  RecommendedActions: ['Look at the group policy.'],
})
export const GONE = new WbemError({
  hresult: 0x80041002,
  operation: 'IWbemServices::ExecMethod',
  description: null,
  extendedOperation: null,
  parameterInfo: null,
  providerName: null,
})
