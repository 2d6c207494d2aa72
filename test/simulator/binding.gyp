{
  # The test-only WMI server. A plain literal like the binding.gyp at the top, and read by the same scripts.
  'targets': [
    {
      'target_name': 'simulator',
      'sources': [
        'native/addon.cc',
        'native/answer_shape.cc',
        'native/cim_types.cc',
        'native/class_object.cc',
        'native/class_table.cc',
        'native/embedded_message.cc',
        'native/enumerator.cc',
        'native/extended_status.cc',
        'native/fault.cc',
        'native/job.cc',
        'native/locator.cc',
        'native/malloc_spy.cc',
        'native/methods.cc',
        'native/object_path.cc',
        'native/record.cc',
        'native/scenario_read.cc',
        'native/server.cc',
        'native/services.cc',
        'native/system_locator.cc',
        'native/world.cc',
        'native/wql_match.cc',
        'native/wql_parse.cc',
      ],
      'include_dirs': ['../../node_modules/node-addon-api'],
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
          'libraries': ['-lole32', '-loleaut32', '-lwbemuuid', '-luuid', '-ladvapi32'],
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
