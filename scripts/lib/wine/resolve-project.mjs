/** Module hook: `import 'hyperv-job-errors'` finds this project where it would find nothing else. */
const project = new URL('../../../package.json', import.meta.url).href

export async function resolve(specifier, context, nextResolve) {
  try {
    return await nextResolve(specifier, context)
  } catch (error) {
    if (!/^hyperv-job-errors(?:\/|$)/.test(specifier)) throw error
    return nextResolve(specifier, { ...context, parentURL: project })
  }
}
