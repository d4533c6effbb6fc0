// Gives back the pages of libtorch's file that only its start needed.
using System.Globalization;
using System.Runtime.InteropServices;

namespace Tlpipe.Nlp.Devices;

/// <summary>
/// Loading libtorch reads its relocations, its symbols, and the code that registers some thousand operators: 50 MB of the process's resident memory that
/// nothing looks at again. Pages that are needed again come back from the kernel's cache.
/// </summary>
internal static class LibraryPages
{
    private const string Library = "/libtorch_cpu.so";
    private const int DontNeed = 4;

    /// <summary>Takes the library's unchanged pages out of this process's memory; does nothing on other systems or without the library.</summary>
    public static void GiveBack()
    {
        if (!OperatingSystem.IsLinux())
            return;
        try
        {
            foreach (var (start, length) in Unchanged(File.ReadLines("/proc/self/smaps")))
                // A kernel that refuses leaves everything as it was.
                _ = Advise(start, length, DontNeed);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Without /proc the pages stay.
        }
    }

    /// <summary>
    /// The library's mappings that are read-only and were never written. Relocated data, which differs from the file, is not among them.
    /// </summary>
    /// <param name="smaps">The lines of <c>/proc/self/smaps</c>.</param>
    internal static IEnumerable<(nint Start, nuint Length)> Unchanged(IEnumerable<string> smaps)
    {
        string[]? mapping = null;
        foreach (var line in smaps)
            if (line.EndsWith(Library, StringComparison.Ordinal))
                mapping = line.Split(' ', 3);
            else if (mapping is not null && line.StartsWith("Anonymous:", StringComparison.Ordinal))
            {
                if (mapping[1] is "r--p" or "r-xp" && line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is ["Anonymous:", "0", "kB"])
                    yield return Range(mapping);
                mapping = null;
            }
    }

    private static (nint Start, nuint Length) Range(string[] mapping)
    {
        var (start, end) = mapping[0].Split('-') is [var from, var to] ? (Hexadecimal(from), Hexadecimal(to)) : (0, 0);
        return ((nint)start, (nuint)(end - start));
    }

    private static ulong Hexadecimal(string text) => ulong.Parse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    [DllImport("libc", EntryPoint = "madvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Advise(nint address, nuint length, int advice);
}
