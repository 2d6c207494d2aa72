/** The answer of GetErrorEx for a job without errors. */

import { decodeErrorList } from '../../lib/diagnosis/error-list'
import type { GetErrorExResult } from '../../lib/entries'
import { jobPath } from '../../lib/wmi/object-path'

export function nothingFound(): GetErrorExResult {
  const className = 'Msvm_MigrationJob'
  const instanceId = 'J'
  return {
    job: { className, instanceId, path: jobPath(className, instanceId) },
    returnValue: 0,
    ...decodeErrorList(null),
  }
}
