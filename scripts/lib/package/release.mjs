/** What must hold before a version is published. */

/** What only the owner of the published package can fill in; npm's provenance names the repository. */
const OWNERS = ['repository', 'homepage', 'bugs']

/** The complaints about publishing what this manifest describes under this tag; none when it may be. */
export function releaseProblems(manifest, tag) {
  const missing = OWNERS.filter(name => !manifest[name])
  return [
    ...missing.map(
      name => `package.json has no "${name}": see "Before the first release" in CONTRIBUTING.md`,
    ),
    ...(tag === `v${manifest.version}`
      ? []
      : [`the tag is ${tag}, and package.json has version ${manifest.version}`]),
  ]
}
