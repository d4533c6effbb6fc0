// Tests compute with the settings of OpenMP that tlpipe gives its children; compiled into the test projects that compute.
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Tlpipe.Nlp.Devices;

namespace Tlpipe.TestSupport;

/// <summary>Sets them before libtorch is loaded, as environment variables of the process itself: .NET's are a copy that native libraries do not see.</summary>
internal static class OpenMPSettings
{
    [ModuleInitializer]
    internal static void Set()
    {
        // Two suites with two threads each share the cores, so a thread that spins takes time from one that computes.
        Use(ComputingEnvironment.SpinCount, "0");
    }

    private static void Use(string name, string value)
    {
        if (Environment.GetEnvironmentVariable(name) is not null)
            return;
        Environment.SetEnvironmentVariable(name, value);
        Assert.Equal(0, SetVariable(name, value, overwrite: 0));
    }

    [DllImport("libc", EntryPoint = "setenv", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetVariable([MarshalAs(UnmanagedType.LPUTF8Str)] string name, [MarshalAs(UnmanagedType.LPUTF8Str)] string value, int overwrite);
}
