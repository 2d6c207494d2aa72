const { connect } = require('hyperv-job-errors')

async function main() {
  const session = await connect()
  try {
    for (const job of await session.jobs({ failedOnly: true })) {
      const { primaryError } = await session.getErrorEx(job)
      const cause = primaryError?.message ?? 'no error records'
      console.log(`${job.virtualSystemName} to ${job.destinationHost}: ${cause}`)
    }
  } finally {
    await session.close()
  }
}

main()
