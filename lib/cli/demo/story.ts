/**
 * The host that `demo` shows, all of it invented: one move failed for credentials, one for a switch, one ended with
 * warnings, and one is under way and fails.
 */
import type { Scenario, ScenarioAnswer, ScenarioJob } from '../../testing/scenario'

const RUNNING_MS = 3000
const MINUTE_MS = 60_000

interface Machine {
  readonly id: string
  readonly name: string
}

const LEDGER: Machine = { id: '3F0C7A52-9B1E-4D67-8A35-C2E1F0947B6D', name: 'ledger-db' }
const WEB: Machine = { id: 'B81D4E06-2C5F-4A93-9E70-17D5A6C83F24', name: 'web-frontend-2' }
const ARCHIVE: Machine = { id: '57E1B9D4-08A6-4E3C-92F5-B4C07D6A1E83', name: 'file-archive' }
const INTRANET: Machine = { id: 'E60F18B5-D379-4A2E-B6C1-3D8472E95A0C', name: 'intranet' }
const PRINT: Machine = { id: '94C3D0F7-6B2A-4815-8E4D-F1A95C07B362', name: 'print-services' }

/** @param now - what the jobs' times are counted back from */
export function story(now: Date): Scenario {
  const ago = (minutes: number) => dateTime(new Date(now.getTime() - minutes * MINUTE_MS))
  const job = (InstanceID: string, machine: Machine, DestinationHost: string, minutes: number) => ({
    InstanceID,
    ElementName: 'Moving Virtual Machine',
    JobType: 305,
    MigrationType: 32768,
    VirtualSystemName: machine.id,
    DestinationHost,
    TimeSubmitted: ago(minutes),
    StartTime: ago(minutes),
    TimeOfLastStateChange: ago(minutes - 1),
  })
  const failed = { JobState: 10, ErrorCode: 32768, Cancellable: false }
  const jobs: ScenarioJob[] = [
    {
      class: 'Msvm_MigrationJob',
      properties: {
        ...job('8C4E21D7-5A90-4B3F-A6E8-D17B0F92C354', LEDGER, 'HV-02', 4),
        ...failed,
        PercentComplete: 12,
      },
      getErrorEx: answers(wrapper(LEDGER, 'source', 'HV-01'), {
        Message:
          "'ledger-db' could not be moved: host 'HV-01' failed to establish a connection with host 'HV-02': No credentials are available in the security package (0x8009030E).",
        ErrorType: 7,
        ProbableCause: 117,
        PerceivedSeverity: 5,
      }),
    },
    {
      class: 'Msvm_MigrationJob',
      properties: {
        ...job('F15A93B0-E2C8-47D6-9B04-3E6D8A71C5F9', WEB, 'HV-03', 3),
        ...failed,
        PercentComplete: 5,
      },
      getErrorEx: answers(wrapper(WEB, 'source', 'HV-01'), {
        Message: "Could not find Ethernet switch 'External-10G'.",
        MessageID: '33012',
        ErrorType: 9,
        ProbableCause: 73,
        PerceivedSeverity: 5,
      }),
    },
    {
      class: 'Msvm_MigrationJob',
      properties: {
        ...job('B9E07C35-4D16-4F8A-92B3-E8A5D0C7F142', ARCHIVE, 'HV-02', 3),
        JobState: 32768,
        ErrorCode: 0,
        PercentComplete: 100,
      },
      getErrorEx: answers({
        Message:
          "Network adapter 'Backup' of 'file-archive' was left unconnected on 'HV-02': no switch of its resource pool is there.",
        ErrorType: 1,
        ProbableCause: 57,
        PerceivedSeverity: 3,
      }),
    },
    {
      class: 'Msvm_MigrationJob',
      properties: {
        ...job('C70B94E2-1F5D-4E38-86A9-D4E3B15C820F', INTRANET, 'HV-02', 2),
        JobState: 7,
        ErrorCode: 0,
        PercentComplete: 100,
      },
    },
    {
      class: 'Msvm_MigrationJob',
      properties: {
        ...job('4A58E1C9-D73B-4062-B8F4-06C9A2E5D71B', PRINT, 'HV-03', 1),
        JobState: 4,
        ErrorCode: 0,
        PercentComplete: 44,
        ElapsedTime: '00000000000040.000000:000',
        Cancellable: true,
      },
      timeline: [
        { afterMs: RUNNING_MS / 2, set: { PercentComplete: 61 } },
        {
          afterMs: RUNNING_MS,
          set: {
            ...failed,
            PercentComplete: 83,
            TimeOfLastStateChange: dateTime(new Date(now.getTime() + RUNNING_MS)),
          },
        },
      ],
      getErrorEx: answers(wrapper(PRINT, 'destination', 'HV-03'), {
        Message:
          "'HV-03' failed to create partition for 'print-services': insufficient system resources (0x800705AA).",
        ErrorType: 8,
        ProbableCause: 33,
        PerceivedSeverity: 5,
      }),
    },
  ]
  const instances = [LEDGER, WEB, ARCHIVE, INTRANET, PRINT].map(({ id, name }) => ({
    class: 'Msvm_ComputerSystem',
    properties: { CreationClassName: 'Msvm_ComputerSystem', Name: id, ElementName: name },
  }))
  return { computer: 'HV-01', jobs, instances }
}

type ErrorValues = Readonly<Record<string, string | number>>

function wrapper({ name }: Machine, side: 'source' | 'destination', host: string): ErrorValues {
  return {
    Message: `Virtual machine migration operation for '${name}' failed at migration ${side} '${host}'.`,
    ErrorType: 4,
    PerceivedSeverity: 5,
  }
}

function answers(...errors: readonly ErrorValues[]): ScenarioAnswer[] {
  return [{ errors: errors.map(instanceText) }]
}

/** CIM-XML of an Msvm_Error; the texts above hold nothing that needs to be escaped. */
function instanceText(values: ErrorValues): string {
  const properties = Object.entries(values).map(([name, value]) => {
    const type = typeof value === 'number' ? 'uint16' : 'string'
    return `<PROPERTY NAME="${name}" TYPE="${type}"><VALUE>${value}</VALUE></PROPERTY>`
  })
  return `<INSTANCE CLASSNAME="Msvm_Error">${properties.join('')}</INSTANCE>`
}

/** CIM's 25 characters, in UTC. */
function dateTime(time: Date): string {
  return `${time.toISOString().replace(/\D/g, '').slice(0, 14)}.000000+000`
}
