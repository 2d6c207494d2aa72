' The query of a script that an agent would spawn.
Set wmi = GetObject("winmgmts:\\.\root\cimv2")
For Each item In wmi.ExecQuery("SELECT Caption FROM Win32_OperatingSystem")
  WScript.Echo item.Caption
Next
