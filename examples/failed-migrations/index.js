const { connect } = require('hyperv-job-errors')

async function main() {
  const session = await connect()
  for (const job of await session.jobs({ failedOnly: true })) {
    const { errors, primary } = await session.getErrorEx(job)
    const cause = primary === null ? 'no error records' : errors[primary].message
    console.log(`${job.virtualSystemName} to ${job.destinationHost}: ${cause}`)
  }
  await session.close()
}

main()
