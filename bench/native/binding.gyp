{
  # The floors and the AsyncWorker peer of `npm run bench -- calls`. Never shipped; a plain literal like the
  # binding.gyp at the top, and read by the same scripts.
  'targets': [
    {
      'target_name': 'bench_floors',
      'sources': [
        'addon.cc',
        'async_worker.cc',
        'com_caller.cc',
        'hop.cc',
      ],
      # The product's native folder for its owners and locks: headers alone, none of its code.
      'include_dirs': ['../../node_modules/node-addon-api', '../../native'],
      'defines': [
        'NAPI_VERSION=8',
        'NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS',
        'NODE_API_NO_EXTERNAL_BUFFERS_ALLOWED',
        'NAPI_CPP_EXCEPTIONS',
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
              'AdditionalOptions': ['/std:c++17', '/utf-8'],
              'WarningLevel': 4,
              'ExceptionHandling': 1,
              'RuntimeLibrary': 0,
            },
          },
        }, {
          'type': 'none',
          'sources=': [],
        }],
      ],
    },
  ],
}
