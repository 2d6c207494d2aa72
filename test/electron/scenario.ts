/** The demo's host with jobs added that a page may stumble over. Invented, like the demo itself. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Scenario } from '../../simulator'
import { errorText } from '../support/cim-text'

const demo = join(__dirname, '..', '..', '..', 'test', 'fixtures', 'demo.json')

export const HOSTILE =
  '<img src=x onerror="window.hacked = true"><script>window.hacked = true</script> \u202egnp.exe'
const FAILED = { JobState: 10, ErrorCode: 32768, PercentComplete: 50, StartTime: TIME('0930') }
const WIDE =
  '<PROPERTY NAME="TraceId" TYPE="uint64"><VALUE>18446744073709551615</VALUE></PROPERTY></INSTANCE>'

function TIME(time: string): string {
  return `20260314${time}00.000000+060`
}

/** The names of the demo's virtual machines, by their ids. */
export function machineNames(): ReadonlyMap<string, string> {
  const { instances }: { instances: { properties: { Name: string; ElementName: string } }[] } = JSON.parse(
    readFileSync(demo, 'utf8'),
  )
  return new Map(instances.map(({ properties: { Name, ElementName } }) => [Name, ElementName]))
}

/** The demo's host, whose running job fails after a tenth of the time. */
export function hurriedHost(): Scenario {
  const { computer, jobs = [] } = JSON.parse(readFileSync(demo, 'utf8')) as Scenario
  const hurried = jobs.map(({ timeline = [], ...job }) => ({
    ...job,
    timeline: timeline.map(event => ({ ...event, afterMs: event.afterMs / 10 })),
  }))
  return { ...(computer === undefined ? {} : { computer }), jobs: hurried }
}

export function hostWithEverything(): Scenario {
  const { computer, jobs = [] } = JSON.parse(readFileSync(demo, 'utf8')) as Scenario
  return {
    ...(computer === undefined ? {} : { computer }),
    jobs: [
      // Nothing happens by itself: the tests say when.
      ...jobs.map(({ timeline: _, ...job }) => job),
      {
        class: 'Msvm_MigrationJob',
        properties: { ...FAILED, InstanceID: 'HOSTILE', JobType: 305, DestinationHost: '<b>HV-04</b>' },
        getErrorEx: [
          {
            errors: [
              '<INSTANCE CLASSNAME="Msvm_Error"><PROPERTY NAME="Message"></INSTANCE>',
              errorText({ Message: HOSTILE, PerceivedSeverity: 6 }).replace('</INSTANCE>', WIDE),
              null,
            ],
          },
        ],
      },
      {
        class: 'Msvm_StorageJob',
        properties: { ...FAILED, InstanceID: 'UNREADABLE', JobType: 3, Child: 'D:\\vm\\disk.vhdx' },
        getErrorEx: [{ returnValue: 32773 }],
      },
      {
        class: 'Msvm_CollectionReferencePointExportJob',
        properties: { InstanceID: 'EXPORT', JobState: 7, PercentComplete: 100, VirtualMachineId: ['A', 'B'] },
      },
    ],
  }
}
