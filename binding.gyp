{
  # The one list of sources, defines and libraries: node-gyp reads it under Windows (MSVC), scripts/build.mjs
  # reads it for the cross build. Keep it a plain literal: no commands, no variables of our own.
  'targets': [
    {
      'target_name': 'hyperv_job_errors',
      'sources': [
        'native/addon.cc',
        'native/com/com_failure.cc',
        'native/com/connection.cc',
        'native/com/exec_method.cc',
        'native/com/get_object.cc',
        'native/com/query.cc',
        'native/com/subscription.cc',
        'native/com/variant_read.cc',
        'native/com/variant_write.cc',
        'native/com/wmi.cc',
        'native/js/arguments.cc',
        'native/js/env_state.cc',
        'native/js/results.cc',
        'native/js/session.cc',
        'native/js/settle.cc',
        'native/work/call_pool.cc',
      ],
      'include_dirs': ['native', 'node_modules/node-addon-api'],
      'defines': [
        'NAPI_VERSION=8',
        'NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS',
        'NODE_API_NO_EXTERNAL_BUFFERS_ALLOWED',
        'NAPI_DISABLE_CPP_EXCEPTIONS',
        'NODE_ADDON_API_DISABLE_DEPRECATED',
        'UNICODE',
        '_UNICODE',
        'NOMINMAX',
        'WIN32_LEAN_AND_MEAN',
        '_WIN32_WINNT=0x0602',
      ],
      'conditions': [
        ['OS=="win"', {
          'libraries': ['-lole32', '-loleaut32', '-lwbemuuid', '-luuid'],
          'msvs_settings': {
            'VCCLCompilerTool': {
              'AdditionalOptions': ['/std:c++17', '/guard:cf', '/sdl', '/utf-8'],
              'WarningLevel': 4,
              'ExceptionHandling': 1,
              'RuntimeLibrary': 0,
            },
            'VCLinkerTool': { 'AdditionalOptions': ['/guard:cf'] },
          },
          'msvs_configuration_attributes': { 'SpectreMitigation': 'false' },
        }, {
          # WMI exists under Windows only: elsewhere there is nothing to compile.
          'type': 'none',
          'sources=': [],
        }],
      ],
    },
  ],
}
