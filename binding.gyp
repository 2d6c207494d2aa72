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
        'native/work/threads.cc',
        'native/work/workers.cc',
      ],
      'include_dirs': ['native', 'node_modules/node-addon-api'],
      'defines': [
        'NAPI_VERSION=8',
        'NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS',
        'NODE_API_NO_EXTERNAL_BUFFERS_ALLOWED',
        'NAPI_DISABLE_CPP_EXCEPTIONS',
        # Its workers and thread-safe functions are not used, and want more of a runtime library than there is.
        'NAPI_HAS_THREADS=0',
        'NODE_ADDON_API_DISABLE_DEPRECATED',
        'UNICODE',
        '_UNICODE',
        'NOMINMAX',
        'WIN32_LEAN_AND_MEAN',
        '_WIN32_WINNT=0x0602',
      ],
      'conditions': [
        ['OS=="win"', {
          'sources': ['native/addon.rc'],
          # In this order: MinGW's ole32 lists GetErrorInfo as well, which is documented to be in oleaut32.
          'libraries': ['-loleaut32', '-lole32', '-lwbemuuid', '-luuid'],
          'msvs_settings': {
            'VCCLCompilerTool': {
              'AdditionalOptions': ['/std:c++17', '/guard:cf', '/Qspectre', '/sdl', '/utf-8'],
              'WarningLevel': 4,
              'ExceptionHandling': 1,
              'RuntimeLibrary': 0,
            },
            # /Brepro: the same sources give the same bytes.
            'VCLinkerTool': { 'AdditionalOptions': ['/guard:cf', '/Brepro'] },
          },
          # Chooses the runtime libraries, and those with the mitigation are an optional part of Visual Studio.
          # /Qspectre above is for the code of the addon and needs no library.
          'msvs_configuration_attributes': { 'SpectreMitigation': 'false' },
        }, {
          # WMI exists under Windows only: elsewhere there is nothing to compile.
          'type': 'none',
          'sources=': [],
        }],
        ['OS=="win" and target_arch=="x64"', {
          # Shadow stacks, which arm64 does not have.
          'msvs_settings': { 'VCLinkerTool': { 'AdditionalOptions': ['/CETCOMPAT'] } },
        }],
      ],
    },
  ],
}
