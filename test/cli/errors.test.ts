import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { errorXml } from './instance'
import { CAUSE, FAILED_JOB, GONE, ID, WRAPPER } from './invented'
import { type Calls, fakeConnect, runCli } from './screen'

describe('errors', () => {
  test('prints the job, the primary record and then the others', async () => {
    const connect = fakeConnect({ jobs: [FAILED_JOB], raw: [WRAPPER, CAUSE] })
    const { code, out, err } = await runCli(['errors', ID, '--host', 'HV-01'], { connect, width: 60 })
    assert.equal(code, 1)
    assert.equal(err, '')
    assert.equal(
      out,
      `Migration of web-01 to HV-02 (on HV-01): Exception, error
code Failed (32768)
Moving Virtual Machine, 40%, 2024-06-01 12:03:04 +02:00,
${ID}
The migration did not succeed.

> error 2 of 2, the primary one: Major (5)
    The logon type is not granted (0x80070569).
    code          0x80070569 ERROR_LOGON_TYPE_NOT_GRANTED:
                  The account lacks the user right for this
                  logon type (log on as a service for
                  virtual machines)
    cause         logon-right-missing (access, certain);
                  look at both hosts
    remedy        Give NT VIRTUAL MACHINE\\Virtual Machines
                  the right "Log on as a service" in the
                  policy that applies to the host, run
                  gpupdate /force and try again.
    retry         fails again until something is changed
    link          https://learn.microsoft.com/troubleshoot/windows-server/virtualization/troubleshoot-live-migration-issues
    MessageID     12345
    ProbableCause Authentication Failure (117)
    do            Look at the group policy.

  error 1 of 2: Major (5)
    Virtual machine migration operation for 'web-01' failed
    at migration destination 'HV-02'.
`,
    )
  })

  test('prints every fact a record has', async () => {
    const xml = errorXml({
      ErrorType: 1,
      OtherErrorType: 'A type of its own',
      MessageArguments: ['web-01', 'HV-02'],
      ProbableCause: 1,
      ProbableCauseDescription: 'A cause of its own',
      PerceivedSeverity: 65000,
      ErrorSource: 'Msvm_ComputerSystem',
    })
    const { out } = await runCli(['errors', ID], { connect: fakeConnect({ raw: [xml] }) })
    assert.equal(
      out,
      `> error 1 of 1, the primary one: DMTF Reserved (65000)
    (no message)
    type          Other (1)
                  A type of its own
    ProbableCause Other (1)
                  A cause of its own
    arguments     web-01, HV-02
    source        Msvm_ComputerSystem
`,
    )
  })

  test('lists what could not be decoded, with its position and its text', async () => {
    const raw = [null, CAUSE, `<INSTANCE CLASSNAME="X">${'x'.repeat(3000)}`]
    const { code, out } = await runCli(['errors', ID], { connect: fakeConnect({ raw }) })
    assert.equal(code, 1)
    assert.match(out, /^> error 1 of 1/)
    assert.match(out, /\n! element 1 could not be decoded\n.*NULL.*\n {4}\(NULL\)\n/)
    assert.match(out, /\n! element 3 could not be decoded\n[^!]*line 1, column 25/)
    assert.match(out, / {4}CLASSNAME="X">xxx+\n {4}\(1024 more characters: --json prints them\)\n$/)
  })

  test('ends with 1 when nothing at all could be decoded', async () => {
    const { code } = await runCli(['errors', ID], { connect: fakeConnect({ raw: ['<'] }) })
    assert.equal(code, 1)
  })

  for (const raw of [null, []]) {
    test(`ends with 0 and says so when Errors is ${raw === null ? 'NULL' : 'empty'}`, async () => {
      const { code, out } = await runCli(['errors', ID], {
        connect: fakeConnect({ raw, jobs: [FAILED_JOB] }),
      })
      assert.equal(code, 0)
      assert.match(out, /The migration did not succeed\.\n\nno errors\n$/)
    })
  }

  test('goes on without a heading when the job itself cannot be read', async () => {
    const connect = fakeConnect({ raw: [CAUSE], jobFails: GONE })
    const { code, out, err } = await runCli(['errors', ID], { connect })
    assert.deepEqual([code, err], [1, ''])
    assert.match(out, /^> error 1 of 1/)
  })

  test('prints the result whole with --json, with the job as it stands', async () => {
    const calls: Calls = []
    const raw = [CAUSE, '<INSTANCE']
    const connect = fakeConnect({ raw, jobs: [FAILED_JOB] }, calls)
    const { code, out } = await runCli(['errors', ID, '--json'], { connect })
    const result = JSON.parse(out)
    assert.equal(code, 1)
    assert.deepEqual(
      calls.map(([name]) => name),
      ['connect', 'job', 'getErrorEx', 'close'],
    )
    assert.deepEqual(result.job.instanceId, ID)
    assert.equal(result.job.outcome, 'failed')
    assert.deepEqual(result.job.virtualMachine, { id: 'web-01', name: 'web-01' })
    assert.equal(result.job.endedAt, '2024-06-01T10:03:04.000Z')
    assert.equal(result.returnValue, 0)
    assert.equal(result.primaryMessage, 'The logon type is not granted (0x80070569).')
    assert.equal(result.errors[0].messageId, '12345')
    assert.equal(result.primary, 0)
    assert.deepEqual(result.raw, raw)
    assert.equal(result.diagnosis.id, 'logon-right-missing')
    assert.match(result.fingerprint, /^v1:[0-9a-f]{16}$/)
    const [{ index, raw: text, error }] = result.undecodable
    assert.deepEqual([index, text], [1, '<INSTANCE'])
    assert.deepEqual(Object.keys(error).sort(), ['code', 'column', 'line', 'message', 'offset', 'rule'])
    assert.equal(error.code, 'ERR_CIMXML')
    assert.notEqual(error.message, '')
  })

  test('prints a NULL Errors as null with --json', async () => {
    const { code, out } = await runCli(['errors', ID, '--json'], { connect: fakeConnect({ raw: null }) })
    assert.equal(code, 0)
    assert.deepEqual(
      [JSON.parse(out).errors, JSON.parse(out).raw, JSON.parse(out).primary],
      [null, null, null],
    )
  })

  test('lets no message steer the terminal', async () => {
    const xml = errorXml({
      Message: 'a&#27;[2Jb&#13;c&#155;d\u202ee',
      MessageID: 'line\nbreak&#27;',
      RecommendedActions: ['tab\there'],
    })
    const { out } = await runCli(['errors', ID], { connect: fakeConnect({ raw: [xml, '\x1b[31m\x07'] }) })
    assert.match(out, /a\\u001b\[2Jb\\u000dc\\u009bd\\u202ee/)
    assert.match(out, /MessageID {5}line\\nbreak\\u001b/)
    assert.match(out, /do {12}tab here/)
    assert.match(out, /\\u001b\[31m\\u0007/)
    assert.doesNotMatch(out, /[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/)
    const { out: json } = await runCli(['errors', ID, '--json'], { connect: fakeConnect({ raw: [xml] }) })
    assert.doesNotMatch(json, /[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/)
    assert.equal(JSON.parse(json).errors[0].message, 'a\x1b[2Jb\rc\x9bd\u202ee')
  })

  test('colours only where colours are wanted', async () => {
    const connect = fakeConnect({ raw: [CAUSE], jobs: [FAILED_JOB] })
    const coloured = await runCli(['errors', ID], { connect, colour: true })
    const plain = await runCli(['errors', ID], { connect })
    assert.match(coloured.out, /\x1b\[31m> error 1 of 1, the primary one\x1b\[0m/)
    assert.equal(coloured.out.replace(/\x1b\[\d+m/g, ''), plain.out)
    const list = await runCli(['list'], { connect, colour: true })
    assert.match(list.out, /\x1b\[31m! {2}Exception/)
  })
})
