/**
 * The product's addon with something between it and the system: its own objects, as they are shipped, linked with
 * further sources whose entry calls that of the product, which is renamed to RegisterAddon.
 */
import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { addons } from '../project.mjs'
import { nodeApiHeaders, productCompiler } from './compilers.mjs'
import { readGyp } from './gyp.mjs'

const ENTRY = 'native-addon.cc.o'

/** The objects of the product, in the folder of its default build. */
export function productObjects() {
  const { outDir, gyp } = addons.native
  const folder = join(outDir, 'obj', readGyp(gyp).name)
  return readdirSync(folder)
    .filter(name => name.endsWith('.cc.o'))
    .map(name => join(folder, name))
}

export function relinkAddon(output, sources, flags = []) {
  const objects = productObjects()
  const entry = objects.find(path => path.endsWith(ENTRY))
  const renamed = join(dirname(output), 'addon.o')
  execFileSync('x86_64-w64-mingw32-objcopy', [
    '--redefine-sym',
    'napi_register_module_v1=RegisterAddon',
    entry,
    renamed,
  ])
  execFileSync(productCompiler.command, [
    ...productCompiler.compileFlags(),
    ...productCompiler.linkFlags(),
    ...['-DNAPI_VERSION=8', '-isystem', join(nodeApiHeaders, 'include'), ...flags],
    ...['-o', output, ...sources, renamed, ...objects.filter(path => path !== entry)],
    join(addons.native.outDir, 'obj', 'libnode.a'),
    ...productCompiler.libraries(readGyp(addons.native.gyp).libraries),
  ])
}
